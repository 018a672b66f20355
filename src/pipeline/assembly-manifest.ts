import { z } from 'zod';
import { digestSchema } from '../gates/evidence-schema';

/** What `tidegate build` writes into a directory. The manifest and the package are beside the assembly, not part of its digest. */
export const BUILD_FILES = { assembly: 'assembly', manifest: 'tidegate-assembly.json', package: 'package.zip' } as const;

/** Below the assembly and nowhere else: no root, no `..`, no empty part, and one line of a terminal. */
export const assemblyPathSchema = z
  .string()
  .min(1)
  .refine((path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'), 'expected a path below the assembly')
  .refine((path) => [...path].every((letter) => letter >= ' ' && letter !== '\\' && letter !== '\u007f'), 'expected no control characters');

export const assemblyManifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  assemblyDigest: digestSchema,
  packageDigest: digestSchema,
  commit: z.string().min(1),
  /** The Lambda handler entry, as the policy or the command line names it. */
  entry: z.string().min(1),
  toolVersion: z.string().min(1),
  files: z.array(z.strictObject({ path: assemblyPathSchema, digest: digestSchema, bytes: z.number().int().nonnegative() })),
});
export type AssemblyManifest = z.infer<typeof assemblyManifestSchema>;

/** Whether a commit is one that others can have: only such a release goes to AWS. */
export function isCommitted(commit: string): boolean {
  return /^[0-9a-f]{40,64}$/.test(commit);
}

/** Why nobody else could have what was built. */
export function notCommitted(commit: string): string {
  return commit === 'none'
    ? 'it was built outside of a repository, so that no commit says what is in it.'
    : `the tree had changes that no commit holds (${commit}). Commit or remove them and build again.`;
}
