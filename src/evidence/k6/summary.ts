import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What the scripts' handleSummary writes; scripts of others may write more. */
export const summarySchema = z.object({
  iterations: z.number().int().nonnegative(),
  requests: z.number().int().nonnegative(),
  dropped: z.number().int().nonnegative(),
  thresholdsFailed: z.array(z.string()).default([]),
});
export type LoadSummary = z.infer<typeof summarySchema>;

/** k6's own totals; null when it wrote none that can be read. */
export async function readSummary(path: string): Promise<LoadSummary | null> {
  try {
    const parsed = summarySchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
