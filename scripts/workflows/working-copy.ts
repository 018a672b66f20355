import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from './identity';
import { type UnknownKeys, withoutUnknownKeys } from './strip';

const run = promisify(execFile);
export const WORKFLOWS = join('.github', 'workflows');
/** What a clone has after its set-up, and no commit holds. */
const INSTALLED = ['node_modules', '.tools'];

/** Files of a commit: path to content. */
export type Files = Readonly<Record<string, string>>;

export interface CopyRequest {
  readonly root: string;
  readonly directory: string;
  readonly unknownKeys: UnknownKeys;
  /** What differs from the working tree in the commit that production is built from, and what the candidate changes then. */
  readonly base: Files;
  readonly candidate: Files;
}

export interface WorkingCopy {
  readonly base: string;
  readonly candidate: string;
}

/** A repository that holds the project as it stands, workflows without what `act` does not know, in two commits on `main`. */
export async function workingCopy({ root, directory, unknownKeys, base, candidate }: CopyRequest): Promise<WorkingCopy> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 1 << 26 });
  for (const path of stdout.split('\0').filter((each) => each !== '')) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    // A file that is deleted and not yet committed is still listed.
    await cp(join(root, path), join(directory, path)).catch(() => undefined);
  }
  for (const name of INSTALLED) await symlink(join(root, name), join(directory, name));
  for (const name of await readdir(join(directory, WORKFLOWS))) {
    const path = join(directory, WORKFLOWS, name);
    await writeFile(path, withoutUnknownKeys(await readFile(path, 'utf8'), unknownKeys).text);
  }
  await git(directory, 'init', '--quiet', '--initial-branch=main');
  await writeFile(join(directory, '.git', 'info', 'exclude'), `${INSTALLED.join('\n')}\n`);
  await git(directory, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  await git(directory, 'remote', 'add', 'origin', `https://github.com/${REPOSITORY}.git`);
  return { base: await commit(directory, base, 'What production runs'), candidate: await commit(directory, candidate, 'The candidate') };
}

/** @returns the commit's hash */
async function commit(directory: string, files: Files, message: string): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  await git(directory, 'add', '--all');
  await git(directory, 'commit', '--quiet', '--allow-empty', '--message', message);
  return (await git(directory, 'rev-parse', 'HEAD')).trim();
}

async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const author = ['-c', 'user.name=octo-author', '-c', 'user.email=octo-author@example.com', '-c', 'commit.gpgsign=false'];
  return (await run('git', [...author, ...args], { cwd: directory })).stdout;
}
