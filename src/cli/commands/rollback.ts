import type { Command } from 'commander';
import { EXIT } from '../../contract';
import type { Policy } from '../../gates/policy/policy';
import type { TargetName } from '../../gates/vocabulary';
import type { LedgerEntry } from '../../ledger/entry';
import { holdOf, previousProduction, productionOf } from '../../ledger/history';
import { ConfigurationError, InterruptedError } from '../../pipeline/errors';
import { newEntry, short } from '../../pipeline/production';
import { redeploy, rollBack } from '../../pipeline/roll-back';
import { openWorkspace, type Workspace } from '../../pipeline/workspace';
import { type Outcome, writeOutcomeOutputs } from '../action-outputs';
import { deciderOf } from '../actor';
import type { CommandContext, Done, ExitCode } from '../context';
import { openSession } from '../open-session';
import { DEFAULT_POLICY, loadPolicy, targetNamed } from '../policy-file';
import { releaseNamed } from '../release-named';
import type { Session } from '../session';

interface RollbackOptions {
  readonly to?: string;
  readonly reason: string;
  readonly who?: string;
  readonly clearHold?: boolean;
  readonly redeploy?: boolean;
  readonly target: string;
  readonly policy: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addRollback(program: Command, context: CommandContext, done: Done): void {
  program
    .command('rollback')
    .description('take production back to a digest that it served before; revokes the one that is left and holds promotion')
    .option('--to <digest>', 'where to go back to (default: what production served before)')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option('--who <name>', 'who decides it (default: the user of this machine; inside GitHub Actions always who began the run)')
    .option('--clear-hold', 'end the hold of an earlier rollback instead')
    .option('--redeploy', 'aws, the second step: bring the stack to the release that serves now; without it no promotion can follow')
    .option('--target <name>', 'where production lives: twin or aws', 'twin')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--dry-run', 'look at everything and say what would be done, and do nothing')
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: RollbackOptions) => done(await act(context, options)));
}

interface Step {
  readonly context: CommandContext;
  readonly options: RollbackOptions;
  readonly target: TargetName;
  readonly policy: Policy;
  readonly who: string;
  readonly say: (outcome: Outcome, text: string) => void;
}

async function act(context: CommandContext, options: RollbackOptions): Promise<ExitCode> {
  const who = deciderOf(options.who);
  if (options.reason.trim() === '') throw new ConfigurationError('--reason must say something: it goes into the ledger');
  if (options.redeploy && (options.to !== undefined || options.clearHold))
    throw new ConfigurationError('--redeploy is a step of its own: it moves nothing and clears nothing');
  const target = targetNamed(options.target);
  const { policy } = await loadPolicy(context.root, options.policy);
  const say = (outcome: Outcome, text: string) => {
    writeOutcomeOutputs(outcome);
    context.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : `${text}\n`);
  };
  const step = { context, options, target, policy, who, say };
  if (options.clearHold) return endHold(step);
  const session = await openSession(context, target, policy);
  try {
    return await (options.redeploy ? followAlias(step, session) : goBack(step, session));
  } finally {
    await session.close();
  }
}

async function endHold({ context, options, target, policy, who, say }: Step): Promise<ExitCode> {
  // The twin's ledger needs no twin.
  const opened = target === 'twin' ? await openWorkspace(context.stateDirectory()) : await openSession(context, target, policy);
  try {
    const workspace = 'workspace' in opened ? opened.workspace : opened;
    const { hold, production } = holdInForce(await workspace.ledger.read());
    const held = hold.reason;
    if (options.dryRun) {
      say({ outcome: 'would-clear-hold', held }, `Would clear the hold (it was set for: ${held}). Nothing was done.`);
      return EXIT.ok;
    }
    await workspace.ledger.append(newEntry(target, production, { kind: 'hold-cleared', who, reason: options.reason }));
    say({ outcome: 'hold-cleared', held }, `The hold is cleared (it was set for: ${held}). Promotion is open again.`);
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}

async function followAlias({ options, policy, who, say }: Step, session: Session): Promise<ExitCode> {
  if (options.dryRun) {
    const serving = productionOf(await session.workspace.ledger.read())?.digest ?? null;
    say(
      { outcome: 'would-redeploy', digest: serving },
      `Would bring the stack to ${serving ?? 'nothing: the ledger holds no production'}. Nothing was done.`,
    );
    return EXIT.ok;
  }
  const again = await redeploy({ ...session, who, reason: options.reason, environment: policy.release.env ?? {} });
  if (again === null) throw new ConfigurationError('the ledger holds no production that could be redeployed');
  say({ outcome: 'redeployed', digest: again.digest }, `The stack is that of ${short(again.digest)} again, which production serves.`);
  return EXIT.ok;
}

async function goBack({ context, options, target, policy, who, say }: Step, session: Session): Promise<ExitCode> {
  const to = await destination(session.workspace, options.to);
  if (context.signal.aborted) throw new InterruptedError('stopped before production was touched');
  const { reason, dryRun = false } = options;
  const outcome = await rollBack({ ...session, to, who, reason, dryRun, environment: policy.release.env ?? {} });
  if (outcome.kind === 'refused') {
    const { code, message } = outcome.decision;
    say({ outcome: 'refused', code, message }, `Refused (${code}): ${message}`);
    return EXIT.failed;
  }
  const left = outcome.from === null ? 'nothing' : short(outcome.from);
  if (outcome.kind === 'would-roll-back') {
    const text = `Would take production to ${short(to)}, revoke ${left}, and hold promotion. Nothing was done.`;
    say({ outcome: outcome.kind, from: outcome.from, digest: to }, text);
    return EXIT.ok;
  }
  const where = target === 'aws' ? ' --target aws' : '';
  const next =
    target === 'aws'
      ? '\nOnly the alias moved. Before the next promotion the stack must follow it: tidegate rollback --target aws --redeploy --reason "..."'
      : '';
  say(
    { outcome: 'rolled-back', from: outcome.from, to, digest: to },
    `Production serves ${short(to)} again. ${left} is revoked; promotion is held until: tidegate rollback${where} --clear-hold --reason "..."${next}`,
  );
  return EXIT.ok;
}

async function destination(workspace: Workspace, named: string | undefined): Promise<string> {
  const entries = await workspace.ledger.read();
  if (named !== undefined) return releaseNamed(entries, named).digest;
  const before = previousProduction(entries);
  if (before === null) throw new ConfigurationError('production served nothing else before: there is nothing to go back to');
  return before;
}

/** @throws ConfigurationError when there is none */
function holdInForce(entries: readonly LedgerEntry[]) {
  const hold = holdOf(entries);
  const production = productionOf(entries);
  if (hold === null || production === null) throw new ConfigurationError('no hold is in force');
  return { hold, production };
}
