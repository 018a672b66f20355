import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addPromote } from '../../src/cli/commands/promote';
import { deliveryFor } from '../../src/cli/delivery-session';
import { evaluate } from '../../src/gates/evaluate';
import type { Evidence } from '../../src/gates/evidence-schema';
import { type GateReport, gateReportSchema } from '../../src/gates/report-schema';
import type { LedgerEvent } from '../../src/ledger/entry';
import { latestReport } from '../../src/ledger/history';
import { recordRun } from '../../src/pipeline/judge-run';
import { aboutReport, type OverrideAsked, openGates } from '../../src/pipeline/override-guard';
import { keepPackage, newEntry } from '../../src/pipeline/production';
import { runStage } from '../../src/pipeline/run-stage';
import { openWorkspace, type Workspace } from '../../src/pipeline/workspace';
import { buildEvidence, buildStage, GOOD, NOW, policyOf } from '../gates/builders';
import { COMMIT } from '../pipeline/delivery-bench';
import { fakeTarget, OLD } from '../pipeline/fake-target';
import { type GithubServer, type GithubState, type GithubStateInput, startGithub } from '../support/github/start-github';
import { runCommand } from './command-bench';

export const HOUR_MS = 3600 * 1000;
export const PRODUCTION = 'a'.repeat(40);
const BEFORE = '9'.repeat(40);
export const NEXT = 'd'.repeat(40);
/** Of a branch on what production runs, which nobody has merged. */
export const FIX = 'e'.repeat(40);
/** What a run of a leaking release leaves. */
export const LEAKING = { stages: buildEvidence({ all: { leakPerSecond: 60 } }).stages };
const ROOT = resolve(__dirname, '..', '..');

/** Production runs `PRODUCTION`; the candidate is the commit after it, approved in attempt 1 of run 7 by somebody else. */
const STATE: GithubStateInput = {
  commits: [
    { sha: BEFORE },
    { sha: PRODUCTION, parents: [BEFORE] },
    { sha: COMMIT, parents: [PRODUCTION] },
    { sha: NEXT, parents: [COMMIT] },
    { sha: FIX, parents: [PRODUCTION] },
  ],
  branches: { main: NEXT, fix: FIX },
  environments: [
    { name: 'production-approval', reviewers: ['octo-reviewer', 'octo-manager'], preventSelfReview: true, adminsMayBypass: false },
  ],
  runs: [
    {
      id: 7,
      headSha: COMMIT,
      attempts: [{ jobs: [{ name: 'approve' }, { name: 'promote / promote', status: 'in_progress', conclusion: null }] }],
      reviews: [{ state: 'approved', author: 'octo-reviewer', comment: 'the soak is flat' }],
    },
    // Another run of the same commit, which nobody approved.
    { id: 6, headSha: COMMIT, attempts: [{ jobs: [{ name: 'approve' }] }] },
  ],
};

export interface PromoteBench {
  readonly root: string;
  readonly github: GithubServer;
  readonly target: ReturnType<typeof fakeTarget>;
  /** What GitHub Actions tells the job; may be changed. */
  readonly environment: Record<string, string>;
  /** The candidate's. */
  digest(): string;
  edit(change: (policy: string) => string): void;
  ledger<T>(work: (workspace: Workspace) => Promise<T>): Promise<T>;
  /** Puts a candidate's evidence on record, made just before `now`. */
  qualify(change?: Partial<Evidence>, commit?: string): Promise<void>;
  append(digest: string, event: LedgerEvent, commit?: string): Promise<void>;
  kinds(): Promise<readonly string[]>;
  /** The run that asks, as GitHub knows it. */
  run(): GithubState['runs'][number];
  /** The gates that an override of the newest report has to name. */
  openGates(): Promise<readonly string[]>;
  override(gates: readonly string[], hours: number): Promise<void>;
  promote(
    ...options: readonly string[]
  ): Promise<{ readonly code: number | null; readonly message: string; readonly report: GateReport | null }>;
  close(): Promise<void>;
}

/** A qualified candidate, a production that serves, and a GitHub: one command away from a promotion. */
async function openPromoteBench(): Promise<PromoteBench> {
  const root = mkdtempSync(join(tmpdir(), 'promote-'));
  cpSync(join(ROOT, '.github', 'gates.yaml'), join(root, 'gates.yaml'));
  writeFileSync(join(root, 'package.zip'), 'what was built');
  writeFileSync(
    join(root, 'event.json'),
    JSON.stringify({ repository: { full_name: 'example-org/example-check-in', default_branch: 'main' } }),
  );
  const github = await startGithub({ state: structuredClone(STATE) });
  const target = fakeTarget();
  let digest = '';
  const ledger: PromoteBench['ledger'] = async (work) => {
    const workspace = await openWorkspace(root);
    return work(workspace).finally(() => workspace.close());
  };
  const bench: PromoteBench = {
    root,
    github,
    target,
    environment: environmentOf(root, github.url),
    digest: () => digest,
    edit: (change) => writeFileSync(join(root, 'gates.yaml'), change(readFileSync(join(root, 'gates.yaml'), 'utf8'))),
    ledger,
    append: (of, event, commit = COMMIT) =>
      ledger(async (workspace) => void (await workspace.ledger.append(newEntry('twin', { digest: of, commit }, event)))),
    qualify: (change = {}, commit = COMMIT) =>
      ledger(async (workspace) => {
        digest = await workspace.objects.put(readFileSync(join(root, 'package.zip')));
        const made = buildEvidence();
        const release = { ...made.release, digest, packageDigest: digest, assemblyDigest: null, commit };
        const evidence = { ...made, release, ...change };
        const { policy, digest: policyDigest } = policyOf(readFileSync(join(root, 'gates.yaml'), 'utf8'));
        await recordRun(workspace, { evidence, report: evaluate({ evidence, policy, policyDigest, toolVersion: '0' }) });
      }),
    kinds: () => ledger(async (workspace) => (await workspace.ledger.read()).map(({ event }) => event.kind)),
    run() {
      const [found] = github.state.runs;
      if (found === undefined) throw new Error('there is no run');
      return found;
    },
    openGates: () =>
      ledger(async (workspace) => {
        const report = latestReport(await workspace.ledger.read(), digest);
        return report === null ? [] : openGates(report);
      }),
    override: (gates, hours) =>
      ledger(async (workspace) => {
        const report = latestReport(await workspace.ledger.read(), digest);
        if (report === null) throw new Error('there is no report to set aside');
        const override = { ...overrideOf(digest, gates, hours), ...aboutReport(report) };
        await workspace.ledger.append(newEntry('twin', { digest, commit: COMMIT }, { kind: 'override', override }));
      }),
    promote: (...options) => promoteIn(bench, options),
    async close() {
      await github.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  await bench.append(OLD, { kind: 'promotion', from: null }, PRODUCTION);
  await ledger((workspace) => keepPackage(workspace, { zipPath: join(root, 'package.zip') }));
  await bench.qualify();
  return bench;
}

async function promoteIn({ root, target, environment, digest }: PromoteBench, options: readonly string[]) {
  const args = ['promote', '--policy', 'gates.yaml', '--digest', digest(), '--json', ...options];
  const { code, stdout, message } = await runCommand(root, args, (program, context, done) =>
    addPromote(program, context, done, {
      open: async () => {
        const workspace = await openWorkspace(root);
        return { target, workspace, twin: null, k6: () => 'k6', close: workspace.close };
      },
      delivery: (of, asked) => deliveryFor(of, asked, environment, { secondMs: 1, spaced: false }),
    }),
  );
  return { code, message, report: stdout === '' ? null : gateReportSchema.parse(JSON.parse(stdout)) };
}

function overrideOf(digest: string, gates: readonly string[], hours: number): OverrideAsked {
  return {
    who: 'octo-manager',
    when: NOW.toISOString(),
    reason: 'the generator of the load is known to be broken',
    incident: 'https://example.com/incidents/7',
    gates: [...gates],
    digest,
    expires: new Date(Date.now() + hours * HOUR_MS).toISOString(),
  };
}

/** Only what the date is: sockets and timers are real. */
const REAL = ['nextTick', 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;

/** A bench for each test, ten minutes after the evidence was made. The test mocks `run-stage`: its canary is a good one. */
export function promoteBench(): () => PromoteBench {
  let bench: PromoteBench | null = null;
  beforeEach(async () => {
    jest.useFakeTimers({ now: NOW.getTime() + 600_000, doNotFake: [...REAL, 'queueMicrotask', 'performance', 'hrtime'] });
    const { policy } = policyOf();
    jest.mocked(runStage).mockImplementation(async () => buildStage('canary', GOOD, { policy, profile: 'quick', start: NOW.getTime() }));
    bench = await openPromoteBench();
  });
  afterEach(async () => {
    expect(bench?.github.problems()).toEqual([]);
    await bench?.close();
    jest.useRealTimers();
  });
  return () => {
    if (bench === null) throw new Error('the bench is for tests');
    return bench;
  };
}

function environmentOf(root: string, url: string): Record<string, string> {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: url,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'example-org/example-check-in',
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_SHA: COMMIT,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_ACTOR: 'octo-author',
    GITHUB_TRIGGERING_ACTOR: 'octo-author',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: join(root, 'event.json'),
    GITHUB_TOKEN: 'token',
  };
}
