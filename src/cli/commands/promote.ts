import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { canonicalJson } from '../../gates/canonical';
import { evaluate } from '../../gates/evaluate';
import type { Evidence } from '../../gates/evidence-schema';
import type { Policy } from '../../gates/policy/policy';
import { type ResolvedStage, stagesOf } from '../../gates/policy/resolve';
import type { GateReport } from '../../gates/report-schema';
import { latestReport } from '../../ledger/history';
import { ConfigurationError } from '../../pipeline/errors';
import { type Judged, judgeRun, recordRun } from '../../pipeline/judge-run';
import { keptRelease } from '../../pipeline/keep-release';
import { startProduction } from '../../pipeline/production';
import { promote } from '../../pipeline/promote';
import { metricSettings } from '../../pipeline/settings';
import { storedEvidence } from '../../pipeline/stored-evidence';
import { toolVersion } from '../../pipeline/tool-version';
import { renderTerminal } from '../../report/terminal';
import type { CommandContext, Done } from '../context';
import { exitCodeOf } from '../exit-code';
import { openSession } from '../open-session';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, stagesFor, targetNamed } from '../policy-file';
import { coloured, progressTo } from '../progress';
import { releaseNamed } from '../release-named';
import { clearReportFiles, K6_DIRECTORY, writeReportFiles } from '../report-files';
import type { Session } from '../session';

interface PromoteOptions {
  readonly digest: string;
  readonly target: string;
  readonly policy: string;
  readonly out: string;
  readonly json?: boolean;
}

export function addPromote(program: Command, context: CommandContext, done: Done): void {
  program
    .command('promote')
    .description('move a qualified digest to production behind a canary, after its guard has said yes')
    .requiredOption('--digest <digest>', 'the release, or the first digits of its digest')
    .option('--target <name>', 'where production lives: twin or aws', 'twin')
    .option('--policy <file>', 'the gates; the stored evidence is judged again with them', DEFAULT_POLICY)
    .option('--out <dir>', 'where the report goes', 'tidegate-report')
    .option('--json', 'print the gate report as JSON on stdout')
    .action(async (options: PromoteOptions) => {
      const loaded = await loadPolicy(context.root, options.policy);
      const out = resolve(context.root, options.out);
      const session = await openSession(context, targetNamed(options.target), loaded.policy);
      try {
        const { report, evidence } = await run(context, options, loaded, session, out);
        await writeReportFiles(out, report, evidence);
        context.stdout.write(
          options.json ? canonicalJson(report) : renderTerminal(report, { colour: coloured(context.stdout), directory: options.out }),
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
  session: Session,
  out: string,
): Promise<Judged> {
  const { workspace, target } = session;
  const entries = await workspace.ledger.read();
  const { digest } = releaseNamed(entries, options.digest);
  const required = (newest: Evidence) => stagesOf(policy, newest.profile).filter((name) => name !== 'canary');
  const stored = await storedEvidence(workspace, entries, digest, required);
  if (stored === null) throw new ConfigurationError(`no evidence is recorded for ${digest}: run the pipeline with it first`);
  const environment = policy.release.env ?? {};
  const listener = progressTo(context.stderr);
  const release = { ...(await keptRelease(workspace, entries, digest, environment)), entry: stored.release.entry };
  const stages = stagesFor({ ok: true, policy, digest: policyDigest }, stored.profile, target.name);
  const [canary] = stages.filter(({ name }) => name === 'canary');
  if (canary === undefined) throw new ConfigurationError(`stage canary has no load for profile ${stored.profile}`);
  await clearReportFiles(out);
  // The twin's production lives as long as a command; AWS's is there.
  if (session.twin !== null) {
    const first = () => Promise.reject(new ConfigurationError('production is empty: run the pipeline first'));
    await startProduction({ ...session, environment, listener, first });
  }
  const version = toolVersion(context.home);
  let judged = judgeAgain(stored, stages, policy, policyDigest, version);
  const promotion = await promote({
    ...session,
    // On AWS production's own clients are the load.
    k6: target.canaryTraffic === 'generated' ? session.k6() : '',
    profile: stored.profile,
    policy,
    release,
    stage: canary,
    settings: metricSettings(policy, target.name),
    root: context.root,
    directory: join(out, K6_DIRECTORY),
    signal: context.signal,
    listener,
    // The same report is on record already; one of other evidence or under another policy counts instead.
    record: async () => {
      if (!isSame(latestReport(entries, digest), judged.report)) await recordRun(workspace, judged);
    },
    recordCanary: async (evidence) => {
      const staged = stored.stages.filter(({ name }) => name !== 'canary');
      const facts = { target: target.name, release, policy, policyDigest, profile: stored.profile, toolVersion: version };
      const times = { startedAt: Date.parse(stored.startedAt), finishedAt: Date.now() };
      const names = stages.map(({ name }) => name);
      judged = judgeRun({ ...facts, ...times, environmentsStarted: stored.scale?.environmentsStarted ?? null }, names, [
        ...staged,
        evidence,
      ]);
      await recordRun(workspace, judged);
    },
  });
  return { ...judged, report: { ...judged.report, promotion } };
}

/**
 * Stored evidence under the policy of today, all of it: a canary that failed stays failed, and a stage that the policy has
 * and the evidence has not is `not-run`.
 */
function judgeAgain(stored: Evidence, stages: readonly ResolvedStage[], policy: Policy, policyDigest: string, version: string): Judged {
  const required = stages.map(({ name }) => name).filter((name) => name !== 'canary' && !stored.plannedStages.includes(name));
  const evidence = required.length === 0 ? stored : { ...stored, plannedStages: [...stored.plannedStages, ...required] };
  return { evidence, report: evaluate({ evidence, policy, policyDigest, toolVersion: version }) };
}

/** Whether two reports say the same of the same, their promotions aside. */
function isSame(recorded: GateReport | null, judged: GateReport): boolean {
  return recorded !== null && canonicalJson({ ...recorded, promotion: null }) === canonicalJson({ ...judged, promotion: null });
}
