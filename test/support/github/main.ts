/**
 * The GitHub server as a process, for workflows that run under act.
 *
 *     node -r ts-node/register test/support/github/main.ts --state STATE.json --out OUT.json
 *
 * Prints its address, and on SIGTERM writes what was asked, what did not fit and the comments that are left.
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startGithub } from './start-github';
import { githubStateSchema } from './state';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { state: { type: 'string' }, out: { type: 'string' } } });
  if (values.state === undefined || values.out === undefined) throw new Error('use --state FILE.json --out FILE.json');
  const state = githubStateSchema.parse(JSON.parse(readFileSync(values.state, 'utf8')));
  const github = await startGithub({ state });
  process.stdout.write(`${github.url}\n`);
  const stay = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  clearInterval(stay);
  await github.close();
  const { comments } = github.state;
  writeFileSync(values.out, `${JSON.stringify({ requests: github.requests(), problems: github.problems(), comments }, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
