import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the set-up of `workflows` and of the tests puts act; null when it is not there. */
export function actProgram(root: string): string | null {
  const path = join(root, '.tools', 'bin', 'act');
  return existsSync(path) ? path : null;
}
