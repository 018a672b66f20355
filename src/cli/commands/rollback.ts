import type { Command } from 'commander';
import { EXIT } from '../../contract';
import type { WayBack } from '../../gates/policy/way-back';
import type { TargetName } from '../../gates/vocabulary';
import type { LedgerEntry } from '../../ledger/entry';
import { holdOf, productionOf } from '../../ledger/history';
import { ConfigurationError, InterruptedError } from '../../pipeline/errors';
import { newEntry, short } from '../../pipeline/production';
import { type Left, oneStepBack, redeploy, rollBack } from '../../pipeline/roll-back';
import { openWorkspace } from '../../pipeline/workspace';
import { type Outcome, writeOutcomeOutputs } from '../action-outputs';
import { deciderOf } from '../actor';
import type { CommandContext, Done, ExitCode } from '../context';
import { openSession } from '../open-session';
import { DEFAULT_POLICY, loadWayBack, targetNamed } from '../policy-file';
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

type Open = (context: CommandContext, target: TargetName, policy: Pick<WayBack, 'targets'>) => Promise<Session>;

export function addRollback(program: Command, context: CommandContext, done: Done, open: Open = openSession): void {
  program
    .command('rollback')
    .description('take production back to a digest that it served before; revokes the one that is left and holds promotion')
    .option(
      '--to <digest>',
      'where to go back to (default: what production served before; while a canary is under way, only that is ended)',
    )
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option('--who <name>', 'who decides it (default: the user of this machine; inside GitHub Actions always who began the run)')
    .option('--clear-hold', 'end the hold of an earlier rollback instead')
    .option('--redeploy', 'aws, the second step: bring the stack to the release that serves now; without it no promotion can follow')
    .option('--target <name>', 'where production lives: twin or aws', 'twin')
    .option('--policy <file>', 'where the targets are; what else is wrong with it does not matter', DEFAULT_POLICY)
    .option('--dry-run', 'look at everything and say what would be done, and do nothing')
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: RollbackOptions) => done(await act(context, options, open)));
}

interface Step {
  readonly context: CommandContext;
  readonly options: RollbackOptions;
  readonly target: TargetName;
  readonly policy: WayBack;
  readonly who: string;
  readonly say: (outcome: Outcome, text: string) => void;
  readonly open: Open;
}

async function act(context: CommandContext, options: RollbackOptions, open: Open): Promise<ExitCode> {
  const who = deciderOf(options.who);
  if (options.reason.trim() === '') throw new ConfigurationError('--reason must say something: it goes into the ledger');
  if (options.redeploy && (options.to !== undefined || options.clearHold))
    throw new ConfigurationError('--redeploy is a step of its own: it moves nothing and clears nothing');
  const target = targetNamed(options.target);
  const policy = await loadWayBack(context, options.policy, target);
  const say = (outcome: Outcome, text: string) => {
    writeOutcomeOutputs(outcome);
    context.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : `${text}\n`);
  };
  const step = { context, options, target, policy, who, say, open };
  if (options.clearHold) return endHold(step);
  const session = await open(context, target, policy);
  try {
    return await (options.redeploy ? followAlias(step, session) : goBack(step, session));
  } finally {
    await session.close();
  }
}

async function endHold({ context, options, target, policy, who, say, open }: Step): Promise<ExitCode> {
  // The twin's ledger needs no twin.
  const opened = target === 'twin' ? await openWorkspace(context.stateDirectory()) : await open(context, target, policy);
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
  const again = await redeploy({ ...session, who, reason: options.reason, environment: policy.environment });
  if (again === null) throw new ConfigurationError('the ledger holds no production that could be redeployed');
  say({ outcome: 'redeployed', digest: again.digest }, `The stack is that of ${short(again.digest)} again, which production serves.`);
  return EXIT.ok;
}

async function goBack({ context, options, target, policy, who, say }: Step, session: Session): Promise<ExitCode> {
  const to = await destination(session, options.to);
  if (context.signal.aborted) throw new InterruptedError('stopped before production was touched');
  const { reason, dryRun = false } = options;
  const outcome = await rollBack({ ...session, to, who, reason, dryRun, environment: policy.environment });
  if (outcome.kind === 'refused') {
    const { code, message } = outcome.decision;
    say({ outcome: 'refused', code, message }, `Refused (${code}): ${message}`);
    return EXIT.failed;
  }
  const { from, canary } = outcome;
  if (outcome.kind === 'would-roll-back') {
    say({ outcome: outcome.kind, from, canary, digest: to }, `Would ${planOf(to, outcome)}, and hold promotion. Nothing was done.`);
    return EXIT.ok;
  }
  say({ outcome: 'rolled-back', from, canary, to, digest: to }, `${doneOf(to, outcome)} ${nextSteps(target, outcome)}`);
  return EXIT.ok;
}

function planOf(to: string, { from, canary }: Left): string {
  const revoked = [canary, from].flatMap((digest) => (digest === null || digest === to ? [] : [short(digest)])).join(' and ');
  const move = from === null ? `stop what is moving production from ${short(to)}` : `take production to ${short(to)}`;
  return `${move}, revoke ${revoked === '' ? 'nothing' : revoked}`;
}

function doneOf(to: string, { from, canary }: Left): string {
  const ended = canary === null || canary === to ? '' : ` The canary of ${short(canary)} is ended, and revoked.`;
  const left = from === null ? ' Nothing that served was revoked.' : ` ${short(from)} is revoked.`;
  return `Production serves ${short(to)}${from === null ? ' alone' : ' again'}.${ended}${left}`;
}

function nextSteps(target: TargetName, { from }: Left): string {
  const where = target === 'aws' ? ' --target aws' : '';
  const further = from === null ? ` Is that bad, too: tidegate rollback${where} --reason "..." once more.` : '';
  const stack =
    target === 'aws' && from !== null
      ? '\nOnly the alias moved. Before the next promotion the stack must follow it: tidegate rollback --target aws --redeploy --reason "..."'
      : '';
  return `Promotion is held until: tidegate rollback${where} --clear-hold --reason "..."${further}${stack}`;
}

async function destination({ target, workspace }: Session, named: string | undefined): Promise<string> {
  const entries = await workspace.ledger.read();
  if (named !== undefined) return releaseNamed(entries, named).digest;
  const before = await oneStepBack(target, entries);
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
