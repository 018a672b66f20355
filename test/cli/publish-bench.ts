import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addPublish } from '../../src/cli/commands/publish';
import { canonicalJson, digestOf } from '../../src/gates/canonical';
import type { Evidence } from '../../src/gates/evidence-schema';
import type { GateReport } from '../../src/gates/report-schema';
import type { GithubContext } from '../../src/github/context';
import { appendSummary } from '../../src/github/job-files';
import { publishingGithub } from '../../src/pipeline/publish-github';
import { FAILED_RUN, PASSED_RUN } from '../../src/report/samples/runs';
import { githubOfTest, REPOSITORY, sha } from '../github/repository';
import type { GithubServer, GithubStateInput } from '../support/github/start-github';
import { type Ran, runCommand } from './command-bench';

export const MARKER = '<!-- tidegate:v1:delivery:staging -->';
export const OURS = 'github-actions[bot]';

/** Commits 1 to 5, one after another: production runs 2, the candidate is 5, and 3 and 4 were merged in between. */
export const CANDIDATE = sha(5);
export const HISTORY: GithubStateInput = {
  commits: [1, 2, 3, 4, 5].map((n) => ({ sha: sha(n), parents: n === 1 ? [] : [sha(n - 1)] })),
  pulls: [3, 4, 5].map((n) => ({
    number: 40 + n,
    title: `Change ${n}`,
    state: 'closed' as const,
    headSha: sha(100 + n),
    mergedAs: sha(n),
  })),
  // In the order that they were made; GitHub hands out the newest first.
  deployments: [
    { id: 6, environment: 'production', sha: sha(1), statuses: [{ state: 'inactive' }, { state: 'success' }] },
    { id: 7, environment: 'production', sha: sha(2), statuses: [{ state: 'inactive' }, { state: 'success' }] },
    { id: 8, environment: 'production', sha: sha(4), statuses: [{ state: 'failure' }] },
    { id: 9, environment: 'production', sha: CANDIDATE, statuses: [{ state: 'success' }] },
  ],
  runs: [{ id: 7, headSha: CANDIDATE }],
};

interface Sample {
  readonly report: GateReport;
  readonly evidence: Evidence | null;
}

/** A sample whose report is about the candidate and the evidence beside it. */
export function about(
  { report, evidence }: { readonly report: GateReport; readonly evidence: Evidence },
  more: Partial<GateReport> = {},
): Sample {
  const of = { ...report, evidence: { ...report.evidence, digest: digestOf(canonicalJson(evidence)) }, ...more };
  return { evidence, report: { ...of, release: { ...of.release, commit: CANDIDATE } } };
}
export const passed = (more?: Partial<GateReport>): Sample => about(PASSED_RUN, more);
export const failed = (more?: Partial<GateReport>): Sample => about(FAILED_RUN, more);

export interface PublishBench {
  readonly server: GithubServer;
  readonly root: string;
  write(sample: Sample): void;
  publish(...args: readonly string[]): Promise<Ran & { readonly warnings: readonly string[] }>;
  comments(pull: number): readonly string[];
  summary(): string;
}

interface Situation {
  readonly state?: GithubStateInput;
  readonly context?: Partial<GithubContext>;
}

/** A directory to publish from, a GitHub to publish to, and the command between them. */
export function publishBench(): (situation?: Situation) => Promise<PublishBench> {
  const start = githubOfTest();
  const roots: string[] = [];
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
  });
  return async ({ state = HISTORY, context = {} } = {}) => {
    const root = mkdtempSync(join(tmpdir(), 'tidegate-publish-'));
    roots.push(root);
    writeFileSync(join(root, 'package.json'), '{ "version": "0.1.0" }');
    const { server, github } = await start(state);
    const summaryPath = join(root, 'summary.md');
    let text = '';
    const summarize = (markdown: string): boolean => {
      text += markdown;
      return appendSummary(summaryPath, markdown);
    };
    const inPullRequest = context.eventName === 'pull_request';
    const connection = { github: publishingGithub(github, contextOf(server.url, context)), inPullRequest, summarize, warnings: [] };
    return {
      server,
      root,
      write: ({ report, evidence }) => {
        const directory = join(root, 'tidegate-report');
        mkdirSync(directory, { recursive: true });
        writeFileSync(join(directory, 'gate-report.json'), canonicalJson(report));
        if (evidence !== null) writeFileSync(join(directory, 'evidence.json'), canonicalJson(evidence));
      },
      publish: async (...args) => {
        const run = await runCommand(root, ['publish', '--workflow', 'delivery', ...args], (program, commandContext, done) =>
          addPublish(program, commandContext, done, () => connection),
        );
        return { ...run, warnings: run.stdout.split('\n').filter((line) => line.startsWith('::warning title=Not everything')) };
      },
      comments: (pull) => (server.state.comments[pull] ?? []).map(({ body }) => body),
      summary: () => text,
    };
  };
}

function contextOf(url: string, more: Partial<GithubContext>): GithubContext {
  return {
    apiUrl: url,
    serverUrl: 'https://github.com',
    repository: REPOSITORY,
    repositoryId: null,
    runId: 7,
    runAttempt: 1,
    runUrl: `https://github.com/${REPOSITORY}/actions/runs/7/attempts/1`,
    sha: CANDIDATE,
    ref: 'refs/heads/main',
    actor: 'octo-author',
    triggeringActor: 'octo-author',
    eventName: 'push',
    event: { defaultBranch: 'main', pullRequest: null, inputs: {} },
    summaryPath: null,
    outputPath: null,
    token: 'a-token-of-the-tests',
    ...more,
  };
}
