import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The commit of a working tree: `<sha>`, `<sha>+dirty` when it holds changes, `none` outside a repository. */
export async function commitOf(directory: string): Promise<string> {
  try {
    const { stdout: sha } = await run('git', ['rev-parse', 'HEAD'], { cwd: directory });
    const { stdout: changes } = await run('git', ['status', '--porcelain'], { cwd: directory });
    return changes.trim() === '' ? sha.trim() : `${sha.trim()}+dirty`;
  } catch {
    return 'none';
  }
}
