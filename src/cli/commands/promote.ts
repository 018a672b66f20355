import { resolve } from 'node:path';
import type { Command } from 'commander';
import { canonicalJson } from '../../gates/canonical';
import { ConfigurationError } from '../../pipeline/errors';
import { renderTerminal } from '../../report/terminal';
import { writeReportOutputs } from '../action-outputs';
import type { CommandContext, Done } from '../context';
import { deliveryFor } from '../delivery-session';
import { exitCodeOf } from '../exit-code';
import { openSession } from '../open-session';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, targetNamed } from '../policy-file';
import { coloured } from '../progress';
import { writeReportFiles } from '../report-files';
import { promoteStored } from './promote-run';

interface PromoteOptions {
  readonly digest: string;
  readonly target: string;
  readonly policy: string;
  readonly hotfix?: true | string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly out: string;
  readonly json?: boolean;
}

/** Where a promotion happens, and who is asked. */
export interface PromotePorts {
  readonly open: typeof openSession;
  readonly delivery: typeof deliveryFor;
}

export function addPromote(
  program: Command,
  context: CommandContext,
  done: Done,
  { open, delivery: ask }: PromotePorts = { open: openSession, delivery: deliveryFor },
): void {
  program
    .command('promote')
    .description(
      'move a qualified digest to production behind a canary, after its guards have said yes; in GitHub Actions people are asked',
    )
    .requiredOption('--digest <digest>', 'the release, or the first digits of its digest')
    .option('--target <name>', 'where production lives: twin or aws', 'twin')
    .option('--policy <file>', 'the gates; the stored evidence is judged again with them', DEFAULT_POLICY)
    .option('--hotfix [branch]', 'the short lane of promotion.hotfix, exempt from a freeze; from that branch (default: of the run)')
    .option('--reason <text>', 'why, for the ledger; a hotfix needs one')
    .option('--dry-run', 'ask every guard and say what would be done, and do nothing')
    .option('--out <dir>', 'where the report goes', 'tidegate-report')
    .option('--json', 'print the gate report as JSON on stdout')
    .action(async (options: PromoteOptions) => {
      const policy = await loadPolicy(context.root, options.policy);
      const lane = laneOf(options, policy);
      const out = resolve(context.root, options.out);
      const session = await open(context, targetNamed(options.target), policy.policy);
      try {
        const delivery = ask(context, lane);
        if (delivery === null && options.hotfix !== undefined)
          throw new ConfigurationError('--hotfix is for GitHub Actions: only there it is known who opens the lane');
        const { digest, dryRun = false } = options;
        const delivered = await promoteStored(context, { digest, dryRun, policy, session, delivery, out });
        const { report, fault } = delivered;
        await writeReportFiles(out, delivered);
        writeReportOutputs(report, options.out);
        if (fault !== null) throw fault;
        context.stdout.write(
          options.json ? canonicalJson(report) : renderTerminal(report, { colour: coloured(context.stdout), directory: options.out }),
        );
        done(exitCodeOf(report));
      } finally {
        await session.close();
      }
    });
}

function laneOf({ hotfix, reason = '' }: PromoteOptions, { policy }: LoadedPolicy) {
  if (hotfix === undefined) return { lane: 'usual', reason: reason.trim(), branch: null } as const;
  if (policy.promotion.hotfix === undefined)
    throw new ConfigurationError('the policy opens no hotfix lane: add `promotion.hotfix: { profile: ... }` to it');
  if (reason.trim() === '') throw new ConfigurationError('a hotfix needs a reason: --reason "..."');
  return { lane: 'hotfix', reason: reason.trim(), branch: hotfix === true ? null : hotfix } as const;
}
