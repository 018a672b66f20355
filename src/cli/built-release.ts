import { openRelease } from '../pipeline/assembly';
import { RefusedError } from '../pipeline/errors';
import type { ReleasePackage } from '../targets/target';

/** A build that may go to AWS. @throws RefusedError with the code and what is wrong with it */
export async function builtRelease(directory: string, expected?: string): Promise<ReleasePackage> {
  const opened = await openRelease(directory, expected);
  if (opened.ok) return opened.release;
  throw new RefusedError(opened.code, opened.message);
}
