import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { EXIT } from '../../contract';
import { policyJsonSchema } from '../../gates/policy/policy';
import { ConfigurationError } from '../../pipeline/errors';
import type { CommandContext, Done } from '../context';
import { firstPolicy } from '../init-policy';
import { inspectProject, type Project } from '../init-project';
import { FIRST_SCRIPT } from '../init-script';
import { firstWorkflow, type Origin } from '../init-workflow';
import { DEFAULT_POLICY } from '../policy-file';

interface InitOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

interface Draft {
  readonly path: string;
  readonly text: string;
}

const SCHEMA = join(dirname(DEFAULT_POLICY), 'gates.schema.json');
const WORKFLOW = '.github/workflows/tidegate.yml';
const SCRIPT = 'k6/tidegate.js';
const OBSERVE_DAYS = 14;
const DAY_MS = 24 * 3_600_000;

export function addInit(program: Command, context: CommandContext, done: Done): void {
  program
    .command('init')
    .description('write the files that another repository needs: policy, workflow and, if it has none, a k6 script')
    .option('--force', 'overwrite what is there without asking')
    .option('--json', 'print what was written and what to look at as JSON on stdout')
    .action(async (options: InitOptions) => {
      const { root, stdout } = context;
      const project = await inspectProject(root);
      const drafts = await draftsFor(project, await originOf(context.home), new Date());
      const { write, kept } = await agreedOn(context, drafts, options.force === true);
      for (const { path, text } of write) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), text);
      }
      const outcome = { written: write.map(({ path }) => path), kept, edit: editsFor(project) };
      stdout.write(options.json ? `${JSON.stringify(outcome, null, 2)}\n` : asText(outcome));
      done(EXIT.ok);
    });
}

async function draftsFor(project: Project, origin: Origin | null, now: Date): Promise<readonly Draft[]> {
  const [script] = project.scripts;
  const observeUntil = new Date(now.getTime() + OBSERVE_DAYS * DAY_MS).toISOString().slice(0, 10);
  const policy = firstPolicy({
    entry: project.entries[0] ?? 'src/handler.js',
    environment: project.environment,
    script: script ?? SCRIPT,
    schema: basename(SCHEMA),
    observeUntil,
  });
  return [
    { path: DEFAULT_POLICY, text: policy },
    { path: SCHEMA, text: `${JSON.stringify(policyJsonSchema(), null, 2)}\n` },
    { path: WORKFLOW, text: firstWorkflow(origin) },
    ...(script === undefined ? [{ path: SCRIPT, text: FIRST_SCRIPT }] : []),
  ];
}

const manifest = z.object({
  version: z.string(),
  tidegate: z.object({ repository: z.string().nullable(), commit: z.string().nullable() }).optional(),
});

/** @returns null for a package that no release has made */
async function originOf(home: string): Promise<Origin | null> {
  const { version, tidegate } = manifest.parse(JSON.parse(await readFile(join(home, 'package.json'), 'utf8')));
  if (!tidegate?.repository || !tidegate.commit) return null;
  return { version, repository: tidegate.repository, commit: tidegate.commit };
}

/** What may be written: new files, equal ones aside, and those that a person agreed to lose. */
async function agreedOn(
  context: CommandContext,
  drafts: readonly Draft[],
  force: boolean,
): Promise<{ readonly write: readonly Draft[]; readonly kept: readonly string[] }> {
  const differing: Draft[] = [];
  const write: Draft[] = [];
  for (const draft of drafts) {
    const present = await readFile(join(context.root, draft.path), 'utf8').catch(() => null);
    if (present === null) write.push(draft);
    else if (present !== draft.text) differing.push(draft);
  }
  if (force || differing.length === 0) return { write: [...write, ...differing], kept: [] };
  const paths = differing.map(({ path }) => path);
  if (!process.stdin.isTTY || !context.stderr.isTTY)
    throw new ConfigurationError(`${paths.join(' and ')}: there already; nothing was written. Overwrite with --force, or move them away.`);
  const kept: string[] = [];
  for (const draft of differing) {
    if (await agrees(context, `Overwrite ${draft.path}? [y/N] `)) write.push(draft);
    else kept.push(draft.path);
  }
  return { write, kept };
}

async function agrees({ stderr, signal }: CommandContext, question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim());
  } finally {
    terminal.close();
  }
}

/** At most three lines to look at: what was guessed and what nobody could guess. */
function editsFor({ entries, environment, scripts }: Project): readonly string[] {
  const [entry, ...others] = entries;
  const names = Object.keys(environment);
  const edits: string[] = [];
  if (entry === undefined)
    edits.push(`${DEFAULT_POLICY}, release.entry: no file that exports \`handler\` by that name was found; name yours`);
  else if (others.length > 0)
    edits.push(`${DEFAULT_POLICY}, release.entry: ${entry} was taken; or is it ${others.slice(0, 3).join(' or ')}?`);
  if (names.length === 0)
    edits.push(`${DEFAULT_POLICY}, release.env: which variable holds the cache's address, e.g. REDIS_URL: "{cache.primary}"`);
  if (scripts.length === 0) edits.push(`${SCRIPT}: the request that matters to you, in place of GET /`);
  return edits;
}

function asText(outcome: {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly edit: readonly string[];
}): string {
  return [
    ...outcome.written.map((path) => `wrote ${path}`),
    ...outcome.kept.map((path) => `kept  ${path}`),
    ...(outcome.written.length + outcome.kept.length === 0 ? ['Nothing to do: the files are there.'] : []),
    ...outcome.edit.map((line) => `look at ${line}`),
    'Then run it: npx tidegate pipeline --profile test',
    '',
  ].join('\n');
}
