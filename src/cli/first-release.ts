import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../gates/policy/policy';
import { buildRelease } from '../pipeline/build';
import type { ReleasePackage } from '../targets/target';

/** What serves an empty production of the twin; a project that has no such release installs its own. */
const FIRST_RELEASE = 'test/releases/good/shared.ts';

/** Builds what a canary is compared with where nothing serves yet. */
export function firstRelease(root: string, { release }: Policy, directory: string): Promise<ReleasePackage> {
  const entry = existsSync(join(root, FIRST_RELEASE)) ? FIRST_RELEASE : release.entry;
  return buildRelease({ root, entry, environment: release.env ?? {}, directory });
}
