import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import type { TargetName } from '../../gates/vocabulary';
import { holdOf, previousProduction, productionOf } from '../../ledger/history';
import { ConfigurationError, InterruptedError } from '../../pipeline/errors';
import { newEntry, short } from '../../pipeline/production';
import { rollBack } from '../../pipeline/roll-back';
import { openWorkspace, type Workspace } from '../../pipeline/workspace';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy, targetNamed } from '../policy-file';
import { releaseNamed } from '../release-named';
import { openSession } from '../session';

interface RollbackOptions {
  readonly to?: string;
  readonly reason: string;
  readonly who?: string;
  readonly clearHold?: boolean;
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
    .option('--target <name>', 'where production lives: twin or aws', 'twin')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: RollbackOptions) => {
      const who = options.who ?? userName();
      if (who.trim() === '' || options.reason.trim() === '')
        throw new ConfigurationError('--who and --reason must say something: they go into the ledger');
      const say = (outcome: Readonly<Record<string, string | null>>, text: string) =>
        context.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : `${text}\n`);
      const target = targetNamed(options.target);
      const { policy } = await loadPolicy(context.root, options.policy);
      if (options.clearHold) {
        // The twin's ledger needs no twin.
        const opened = target === 'twin' ? await openWorkspace(context.stateDirectory()) : await openSession(context, target, policy);
        try {
          const held = await clearHold('workspace' in opened ? opened.workspace : opened, target, who, options.reason);
          say({ outcome: 'hold-cleared', held }, `The hold is cleared (it was set for: ${held}). Promotion is open again.`);
          return done(EXIT.ok);
        } finally {
          await opened.close();
        }
      }
      const session = await openSession(context, target, policy);
      try {
        const to = await destination(session.workspace, options.to);
        if (context.signal.aborted) throw new InterruptedError('stopped before production was touched');
        const outcome = await rollBack({ ...session, to, who, reason: options.reason, environment: policy.release.env ?? {} });
        if (outcome.kind === 'refused') {
          say(
            { outcome: 'refused', code: outcome.decision.code, message: outcome.decision.message },
            `Refused (${outcome.decision.code}): ${outcome.decision.message}`,
          );
          return done(EXIT.failed);
        }
        const left = outcome.from === null ? 'nothing' : short(outcome.from);
        say(
          { outcome: 'rolled-back', from: outcome.from, to },
          `Production serves ${short(to)} again. ${left} is revoked; promotion is held until: tidegate rollback --clear-hold --reason "..."${onAws(target)}`,
        );
        done(EXIT.ok);
      } finally {
        await session.close();
      }
    });
}

function onAws(target: TargetName): string {
  return target === 'aws'
    ? "\nOnly the alias moved: the stack's infrastructure is still the newer one (docs/aws/roll-back.md says when that matters)."
    : '';
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
