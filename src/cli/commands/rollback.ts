import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import type { Policy } from '../../gates/policy/policy';
import type { TargetName } from '../../gates/vocabulary';
import { holdOf, previousProduction, productionOf } from '../../ledger/history';
import { ConfigurationError, InterruptedError } from '../../pipeline/errors';
import { newEntry, short } from '../../pipeline/production';
import { redeploy, rollBack } from '../../pipeline/roll-back';
import { openWorkspace, type Workspace } from '../../pipeline/workspace';
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
  readonly json?: boolean;
}

export function addRollback(program: Command, context: CommandContext, done: Done): void {
  program
    .command('rollback')
    .description('take production back to a digest that it served before; revokes the one that is left and holds promotion')
    .option('--to <digest>', 'where to go back to (default: what production served before)')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option('--who <name>', 'who decides it (default: the user of this machine)')
    .option('--clear-hold', 'end the hold of an earlier rollback instead')
    .option('--redeploy', 'aws, the second step: bring the stack to the release that serves now; without it no promotion can follow')
    .option('--target <name>', 'where production lives: twin or aws', 'twin')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: RollbackOptions) => done(await act(context, options)));
}

type Outcome = Readonly<Record<string, string | null>>;

interface Step {
  readonly context: CommandContext;
  readonly options: RollbackOptions;
  readonly target: TargetName;
  readonly policy: Policy;
  readonly who: string;
  readonly say: (outcome: Outcome, text: string) => void;
}

async function act(context: CommandContext, options: RollbackOptions): Promise<ExitCode> {
  const who = options.who ?? userName();
  if (who.trim() === '' || options.reason.trim() === '')
    throw new ConfigurationError('--who and --reason must say something: they go into the ledger');
  if (options.redeploy && (options.to !== undefined || options.clearHold))
    throw new ConfigurationError('--redeploy is a step of its own: it moves nothing and clears nothing');
  const target = targetNamed(options.target);
  const { policy } = await loadPolicy(context.root, options.policy);
  const say = (outcome: Outcome, text: string) => {
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
    const held = await clearHold('workspace' in opened ? opened.workspace : opened, target, who, options.reason);
    say({ outcome: 'hold-cleared', held }, `The hold is cleared (it was set for: ${held}). Promotion is open again.`);
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}

async function followAlias({ options, policy, who, say }: Step, session: Session): Promise<ExitCode> {
  const again = await redeploy({ ...session, who, reason: options.reason, environment: policy.release.env ?? {} });
  if (again === null) throw new ConfigurationError('the ledger holds no production that could be redeployed');
  say({ outcome: 'redeployed', digest: again.digest }, `The stack is that of ${short(again.digest)} again, which production serves.`);
  return EXIT.ok;
}

async function goBack({ context, options, target, policy, who, say }: Step, session: Session): Promise<ExitCode> {
  const to = await destination(session.workspace, options.to);
  if (context.signal.aborted) throw new InterruptedError('stopped before production was touched');
  const outcome = await rollBack({ ...session, to, who, reason: options.reason, environment: policy.release.env ?? {} });
  if (outcome.kind === 'refused') {
    const { code, message } = outcome.decision;
    say({ outcome: 'refused', code, message }, `Refused (${code}): ${message}`);
    return EXIT.failed;
  }
  const left = outcome.from === null ? 'nothing' : short(outcome.from);
  const where = target === 'aws' ? ' --target aws' : '';
  const next =
    target === 'aws'
      ? '\nOnly the alias moved. Before the next promotion the stack must follow it: tidegate rollback --target aws --redeploy --reason "..."'
      : '';
  say(
    { outcome: 'rolled-back', from: outcome.from, to },
    `Production serves ${short(to)} again. ${left} is revoked; promotion is held until: tidegate rollback${where} --clear-hold --reason "..."${next}`,
  );
  return EXIT.ok;
}

/** A container may run under a user id that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

async function destination(workspace: Workspace, named: string | undefined): Promise<string> {
  const entries = await workspace.ledger.read();
  if (named !== undefined) return releaseNamed(entries, named).digest;
  const before = previousProduction(entries);
  if (before === null) throw new ConfigurationError('production served nothing else before: there is nothing to go back to');
  return before;
}

/** @returns what the hold was set for. */
async function clearHold(workspace: Workspace, target: TargetName, who: string, reason: string): Promise<string> {
  const entries = await workspace.ledger.read();
  const hold = holdOf(entries);
  const production = productionOf(entries);
  if (hold === null || production === null) throw new ConfigurationError('no hold is in force');
  await workspace.ledger.append(newEntry(target, production, { kind: 'hold-cleared', who, reason }));
  return hold.reason;
}
