import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { z } from 'zod';

const manifestSchema = z.looseObject({ artifacts: z.record(z.string(), z.looseObject({ additionalMetadataFile: z.string().optional() })) });

/**
 * Writes the assembly and leaves out what the CDK adds about the constructs that it came from (paths of this machine, analytics): only
 * its own command line would read that.
 */
export function writeAssembly(app: App): void {
  const { directory } = app.synth();
  const path = join(directory, 'manifest.json');
  const { artifacts, ...rest } = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const kept = Object.entries(artifacts)
    .filter(([, { type }]) => type !== 'cdk:feature-flag-report')
    .map(([id, { additionalMetadataFile: _, ...artifact }]) => [id, artifact]);
  writeFileSync(path, `${JSON.stringify({ ...rest, artifacts: Object.fromEntries(kept) }, null, 2)}\n`);
  for (const name of readdirSync(directory)) {
    if (name.endsWith('.metadata.json') || name === 'validation-report.json') rmSync(join(directory, name));
  }
}
