import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const DOUBLES = join('test', 'workflows', 'act', 'doubles');
const USES = /^\s*(?:-\s*)?uses:\s*([\w.-]+\/[\w.-]+)((?:\/[\w./-]+)?)@([\w.-]+)/gm;

/**
 * The double of every action that the workflows and our own actions use, as `owner/name@commit`.
 * @throws Error that names an action without one
 */
export function doublesFor(root: string): Readonly<Record<string, string>> {
  const used = filesOf(join(root, '.github')).flatMap((path) => [...readFileSync(path, 'utf8').matchAll(USES)]);
  return Object.fromEntries(
    used.map(([, action = '', , commit = '']) => {
      const directory = join(root, DOUBLES, action);
      if (!existsSync(join(directory, 'action.yml'))) throw new Error(`${action} has no double: make one in ${join(DOUBLES, action)}`);
      return [`${action}@${commit}`, directory];
    }),
  );
}

/** Workflows, and the actions of this repository. */
function filesOf(directory: string): readonly string[] {
  return ['workflows', 'actions'].flatMap((folder) =>
    readdirSync(join(directory, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yml'))
      .map((name) => join(directory, folder, name)),
  );
}
