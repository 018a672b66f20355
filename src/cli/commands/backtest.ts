import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import { canonicalJson, digestOf } from '../../gates/canonical';
import { evaluate } from '../../gates/evaluate';
import { stagesOf } from '../../gates/policy/resolve';
import type { GateReport } from '../../gates/report-schema';
import { type RecordedRun, recordedRuns } from '../../pipeline/backtest';
import { ConfigurationError } from '../../pipeline/errors';
import { withPlanned } from '../../pipeline/stored-evidence';
import { toolVersion } from '../../pipeline/tool-version';
import { type BacktestRow, backtestRow, renderBacktest } from '../../report/backtest';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy } from '../policy-file';

interface BacktestOptions {
  readonly evidence: string;
  readonly policy: string;
  readonly json?: boolean;
}

export function addBacktest(program: Command, context: CommandContext, done: Done): void {
  program
    .command('backtest')
    .description('what a policy would have blocked of a folder of recorded runs')
    .requiredOption('--evidence <dir>', 'a folder with runs below it (each an evidence.json), or with evidence files')
    .option('--policy <file>', 'the gates to try', DEFAULT_POLICY)
    .option('--json', 'print the rows as JSON on stdout')
    .action(async (options: BacktestOptions) => {
      const folder = resolve(context.root, options.evidence);
      if (!(await isFolder(folder))) throw new ConfigurationError(`${options.evidence}: no such folder; give one with --evidence DIR`);
      const runs = await recordedRuns(folder);
      const judged = runs.some(({ kind }) => kind === 'run');
      const rows: BacktestRow[] = [];
      for (const run of runs) rows.push(run.kind === 'run' ? backtestRow(run.name, run.recorded, await judge(context, options, run)) : run);
      context.stdout.write(options.json ? `${JSON.stringify({ schemaVersion: 1, runs: rows }, null, 2)}\n` : renderBacktest(rows));
      if (!judged)
        throw new ConfigurationError(`${options.evidence}: holds no recorded run; \`pipeline\` and \`gate\` write one with --out DIR`);
      // The rest was judged and shown; a file that was not is no run that would have passed.
      done(runs.every(({ kind }) => kind === 'run') ? EXIT.ok : EXIT.usage);
    });
}

async function judge(
  context: CommandContext,
  { policy: file }: BacktestOptions,
  { evidence, baseline }: Extract<RecordedRun, { kind: 'run' }>,
): Promise<GateReport> {
  // As of when it was made: a gate that only observed then has not become a mistake of the policy since.
  const { policy, digest } = await loadPolicy(context.root, file, new Date(evidence.finishedAt));
  // As a promotion would: a stage that the policy has and the run has not is `not-run`.
  const required = stagesOf(policy, evidence.profile).filter((name) => name !== 'canary');
  const report = evaluate({
    evidence: withPlanned(evidence, required),
    policy,
    policyDigest: digest,
    toolVersion: toolVersion(context.home),
    ...(baseline === null ? {} : { baseline: { evidence: baseline, digest: digestOf(canonicalJson(baseline)) } }),
  });
  // Named by what was recorded, so that the verdict of then is found.
  return { ...report, evidence: { ...report.evidence, digest: digestOf(canonicalJson(evidence)) } };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
