import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { canonicalJson } from '../../gates/canonical';
import { type Evidence, evidenceSchema } from '../../gates/evidence-schema';
import type { LedgerEntry } from '../../ledger/entry';
import { ConfigurationError } from '../../pipeline/errors';
import { type Judged, judgeRun, recordRun } from '../../pipeline/judge-run';
import { keptPackage, startProduction } from '../../pipeline/production';
import { promote } from '../../pipeline/promote';
import { metricSettings } from '../../pipeline/settings';
import { toolVersion } from '../../pipeline/tool-version';
import { renderTerminal } from '../../report/terminal';
import type { CommandContext, Done } from '../context';
import { exitCodeOf } from '../exit-code';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, stagesFor } from '../policy-file';
import { progressTo } from '../progress';
import { releaseNamed } from '../release-named';
import { clearReportFiles, K6_DIRECTORY, writeReportFiles } from '../report-files';
import { openTwin, type TwinSession } from '../twin-session';

interface PromoteOptions {
  readonly digest: string;
  readonly policy: string;
  readonly out: string;
  readonly json?: boolean;
}

export function addPromote(program: Command, context: CommandContext, done: Done): void {
  program
    .command('promote')
    .description("move a qualified digest to the twin's production behind a canary, after its guard has said yes")
    .requiredOption('--digest <digest>', 'the release, or the first digits of its digest')
    .option('--policy <file>', 'the gates; the stored evidence is judged again with them', DEFAULT_POLICY)
    .option('--out <dir>', 'where the report goes', 'tidegate-report')
    .option('--json', 'print the gate report as JSON on stdout')
    .action(async (options: PromoteOptions) => {
      const loaded = await loadPolicy(context.root, options.policy);
      const out = resolve(context.root, options.out);
      const session = await openTwin(context, metricSettings(loaded.policy, 'twin').periodMs);
      try {
        await clearReportFiles(out);
        const { report, evidence } = await run(context, options, loaded, session, out);
        await writeReportFiles(out, report, evidence);
        context.stdout.write(
          options.json ? canonicalJson(report) : renderTerminal(report, { colour: context.stdout.isTTY === true, directory: options.out }),
        );
        done(exitCodeOf(report));
      } finally {
        await session.close();
      }
    });
}

async function run(
  context: CommandContext,
  options: PromoteOptions,
  { policy, digest: policyDigest }: LoadedPolicy,
  session: TwinSession,
  out: string,
): Promise<Judged> {
  const { workspace, target } = session;
  const entries = await workspace.ledger.read();
  const { digest, commit } = releaseNamed(entries, options.digest);
  const stored = await storedEvidence(entries, digest, session);
  const environment = policy.release.env ?? {};
  const listener = progressTo(context.stderr);
  const release = { ...(await keptPackage(workspace, digest, commit, environment)), entry: stored.release.entry };
  const stages = stagesFor({ ok: true, policy, digest: policyDigest }, stored.profile, 'twin');
  const qualification = stages.map(({ name }) => name).filter((name) => name !== 'canary');
  const facts = { target: target.name, release, policy, policyDigest, profile: stored.profile, toolVersion: toolVersion(context.root) };
  const staged = stored.stages.filter(({ name }) => name !== 'canary');
  const timed = { ...facts, startedAt: Date.parse(stored.startedAt), environmentsStarted: stored.scale?.environmentsStarted ?? null };
  // Its age counts from when the evidence was made, not from now.
  const made = Date.parse(stored.finishedAt);
  let judged = judgeRun({ ...timed, finishedAt: made }, qualification, staged);
  await startProduction({
    ...session,
    environment,
    listener,
    first: () => Promise.reject(new ConfigurationError('production is empty: run the pipeline first')),
  });
  const { promotion } = await promote(
    {
      ...session,
      policy,
      release,
      stage: stages.find(({ name }) => name === 'canary') ?? null,
      settings: metricSettings(policy, 'twin'),
      k6: session.tools.k6.path,
      root: context.root,
      directory: join(out, K6_DIRECTORY),
      signal: context.signal,
      listener,
      record: () => recordRun(workspace, judged),
    },
    async (canary) => {
      judged = judgeRun({ ...timed, finishedAt: Date.now() }, [...qualification, 'canary'], [...staged, canary]);
      await recordRun(workspace, judged);
    },
  );
  return { ...judged, report: { ...judged.report, promotion } };
}

/** The newest evidence of a digest, as it was kept. */
async function storedEvidence(entries: readonly LedgerEntry[], digest: string, { workspace }: TwinSession): Promise<Evidence> {
  const found = entries.findLast((entry) => entry.digest === digest && entry.event.kind === 'evidence');
  if (found?.event.kind !== 'evidence')
    throw new ConfigurationError(`no evidence is recorded for ${digest}: run the pipeline with it first`);
  return evidenceSchema.parse(JSON.parse(await readFile(await workspace.objects.path(found.event.evidence), 'utf8')));
}
