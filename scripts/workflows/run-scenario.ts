import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { findTool } from '../../src/pipeline/toolchain';
import { act } from './act';
import { readActLog } from './act-log';
import { DOUBLES, doublesFor } from './doubles';
import { type GithubProcess, startGithubProcess } from './github-process';
import { REPOSITORY, REPOSITORY_ID, RUN_ID } from './identity';
import { type Outcome, outcomeOf } from './outcome';
import type { Scenario } from './scenario';
import { seedTwoPromotions } from './seed';
import type { UnknownKeys } from './strip';
import { policyWith } from './test-policy';
import { type WorkingCopy, workingCopy } from './working-copy';

export interface Bench {
  readonly root: string;
  readonly act: string;
  readonly unknownKeys: UnknownKeys;
  /** Where the log of a scenario is kept; null: nowhere. */
  readonly logs: string | null;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Stages of seconds, in what production runs and what the candidate builds on. */
const BASE = { '.github/gates.yaml': policyWith() };
/** The local server asks for none in particular; act keeps it out of its output like a secret. */
const TOKEN = 'token-of-the-local-server';

/** Runs one scenario in a directory of its own, which is gone afterwards. */
export async function runScenario(bench: Bench, scenario: Scenario): Promise<Outcome> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'tidegate-workflow-')));
  const startedAt = Date.now();
  let github: GithubProcess | null = null;
  try {
    const places = await placesIn(directory);
    const copy = await workingCopy({ ...bench, directory: places.repository, base: BASE, candidate: scenario.candidate });
    if (scenario.seed === 'two-promotions') await seedTwoPromotions(places.repository, places.state);
    github = await startGithubProcess(bench.root, directory, scenario.github(copy));
    const run = await act(await requestOf(bench, scenario, places, copy, github.url));
    if (bench.logs !== null) await keepLog(bench.logs, scenario.name, run.stdout, run.stderr);
    const outcome = await github.end();
    github = null;
    const log = readActLog(run.stdout);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    return outcomeOf(scenario, { run, log, github: outcome, ledger: await eventsIn(places.state), seconds });
  } finally {
    await github?.end().catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  }
}

type Places = Readonly<Record<'repository' | 'run' | 'state' | 'artifacts' | 'home' | 'temporary', string>>;

async function placesIn(directory: string): Promise<Places> {
  const inRun = (name: string) => join(directory, 'run', name);
  const places = {
    repository: join(directory, 'repository'),
    run: join(directory, 'run'),
    state: inRun('state'),
    artifacts: inRun('artifacts'),
    home: inRun('home'),
    temporary: inRun('temporary'),
  };
  for (const place of Object.values(places)) await mkdir(place, { recursive: true });
  return places;
}

async function requestOf(bench: Bench, scenario: Scenario, places: Places, copy: WorkingCopy, githubUrl: string) {
  const { root, act: program, limitMs, signal } = bench;
  const event = join(places.run, 'event.json');
  await writeFile(event, JSON.stringify({ ...commonEvent(scenario.actor), ...scenario.payload(copy) }));
  const k6 = findTool('k6', root);
  if (k6 === null) throw new Error('k6 is not in place: npm run setup');
  return {
    program,
    repository: places.repository,
    workflow: scenario.workflow,
    event: { name: scenario.event, path: event },
    actor: scenario.actor,
    directory: places.run,
    doubles: doublesFor(places.repository),
    environment: {
      PATH: [join(root, DOUBLES, 'bin'), join(root, '.tools', 'bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      HOME: places.home,
      TMPDIR: places.temporary,
      LANG: 'C.UTF-8',
      ACT_DOUBLE_ORIGIN: `file://${places.repository}`,
      ACT_DOUBLE_INSTALLED: root,
      ACT_DOUBLE_ARTIFACTS: places.artifacts,
      ACT_DOUBLE_K6: k6.path,
    },
    variables: seeded(scenario, places),
    forSteps: {
      GITHUB_API_URL: githubUrl,
      GITHUB_RUN_ID: String(RUN_ID),
      GITHUB_REPOSITORY_ID: String(REPOSITORY_ID),
      GITHUB_TRIGGERING_ACTOR: scenario.actor,
    },
    token: TOKEN,
    limitMs,
    signal,
  };
}

/** A lasting state directory, where a scenario looks into it afterwards. */
function seeded({ variables, seed, expected }: Scenario, { state }: Places) {
  return seed !== undefined || expected.ledger !== undefined ? { ...variables, TIDEGATE_STATE: state } : variables;
}

/** What GitHub puts into the payload of every event. */
function commonEvent(login: string) {
  const [owner, name] = REPOSITORY.split('/');
  return {
    repository: { id: REPOSITORY_ID, name, full_name: REPOSITORY, default_branch: 'main', owner: { login: owner } },
    sender: { login },
  };
}

const entry = z.object({ event: z.object({ kind: z.string() }) });

async function eventsIn(state: string): Promise<readonly string[]> {
  const ledger = join(state, 'ledger');
  if (!existsSync(ledger)) return [];
  const names = (await readdir(ledger)).filter((name) => /^\d+\.json$/.test(name)).sort();
  return Promise.all(names.map(async (name) => entry.parse(JSON.parse(await readFile(join(ledger, name), 'utf8'))).event.kind));
}

async function keepLog(directory: string, name: string, stdout: string, stderr: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${name}.jsonl`), stdout);
  await writeFile(join(directory, `${name}.log`), `${readActLog(stdout).output}\n${stderr}`);
}
