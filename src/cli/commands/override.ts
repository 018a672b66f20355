import type { Command } from 'commander';
import { EXIT } from '../../contract';
import { duration } from '../../gates/policy/quantities';
import type { WayBack } from '../../gates/policy/way-back';
import type { TargetName } from '../../gates/vocabulary';
import { rehearsalLedger } from '../../ledger/rehearsal';
import { type Refusal, refuse } from '../../pipeline/decision';
import { ConfigurationError } from '../../pipeline/errors';
import type { OverrideAsked } from '../../pipeline/override-guard';
import { overrideRelease } from '../../pipeline/override-release';
import { short } from '../../pipeline/production';
import { openWorkspace, type Workspace } from '../../pipeline/workspace';
import { type Outcome, writeOutcomeOutputs } from '../action-outputs';
import { actorOf, deciderOf } from '../actor';
import { openAws } from '../aws-session';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadWayBack, targetNamed } from '../policy-file';
import { releaseNamed } from '../release-named';

interface OverrideOptions {
  readonly digest: string;
  readonly gates: string;
  readonly reason: string;
  readonly incident: string;
  readonly expires: string;
  readonly who?: string;
  readonly target: string;
  readonly policy: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

type OpenLedger = (context: CommandContext, target: TargetName, policy: Pick<WayBack, 'targets'>) => Promise<OpenedLedger>;

interface OpenedLedger {
  readonly workspace: Pick<Workspace, 'ledger'>;
  close(): Promise<void>;
}

export function addOverride(program: Command, context: CommandContext, done: Done, open: OpenLedger = openLedger): void {
  program
    .command('override')
    .description('set gates of one digest aside for some hours, by name and with a reason. The verdict stays, and approval is still needed')
    .requiredOption('--digest <digest>', 'the release, or the first digits of its digest')
    .requiredOption('--gates <ids>', 'every gate without a pass, with commas between them')
    .requiredOption('--reason <text>', 'why, in 20 characters or more: people read it in the report')
    .requiredOption('--incident <url>', 'https link to where it is worked on')
    .option('--expires <duration>', 'how long it counts, 24h at most', '8h')
    .option('--who <name>', 'twin only: who decides it (default: the user of this machine); on GitHub who began the run')
    .option('--target <name>', 'where production lives: twin or aws', 'twin')
    .option('--policy <file>', 'the gates, and who may override them (promotion.approvers)', DEFAULT_POLICY)
    .option('--dry-run', 'ask the guard and write nothing')
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: OverrideOptions) => {
      const target = targetNamed(options.target);
      const policy = await loadWayBack(context, options.policy, target, 'approvers');
      const lastsMs = lastingMs(options.expires);
      const opened = await open(context, target, policy);
      try {
        const [override, refused] = await act(options, target, policy, opened.workspace, lastsMs);
        const outcome = outcomeOf(override, refused, options.dryRun === true);
        writeOutcomeOutputs(outcome);
        context.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : `${textOf(override, refused, options.dryRun === true)}\n`);
        done(refused === null ? EXIT.ok : EXIT.failed);
      } finally {
        await opened.close();
      }
    });
}

async function act(
  options: OverrideOptions,
  target: TargetName,
  { approvers }: WayBack,
  { ledger }: OpenedLedger['workspace'],
  lastsMs: number,
): Promise<readonly [OverrideAsked, Refusal | null]> {
  const { digest, commit } = releaseNamed(await ledger.read(), options.digest);
  const now = Date.now();
  const override: OverrideAsked = {
    who: deciderOf(options.who),
    when: new Date(now).toISOString(),
    reason: options.reason.trim(),
    incident: options.incident.trim(),
    gates: [
      ...new Set(
        options.gates
          .split(',')
          .map((id) => id.trim())
          .filter((id) => id !== ''),
      ),
    ],
    digest,
    expires: new Date(now + lastsMs).toISOString(),
  };
  if (target === 'aws' && actorOf(process.env) === null)
    return [override, refuse('approver-not-listed', 'Who overrides is only known in GitHub Actions: run the workflow `override`.')];
  const workspace = { ledger: options.dryRun ? rehearsalLedger(ledger) : ledger };
  return [override, await overrideRelease({ target, workspace, commit, override, approvers })];
}

function lastingMs(text: string): number {
  const parsed = duration.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(`--expires ${text}: ${parsed.error.issues[0]?.message ?? 'not a duration'}`);
}

/** The twin's ledger needs no twin. */
async function openLedger(context: CommandContext, target: TargetName, policy: Pick<WayBack, 'targets'>): Promise<OpenedLedger> {
  if (target === 'aws') return openAws(context, policy);
  const workspace = await openWorkspace(context.stateDirectory());
  return { workspace, close: workspace.close };
}

function outcomeOf(override: OverrideAsked, refused: Refusal | null, dryRun: boolean): Outcome {
  if (refused !== null) return { outcome: 'refused', code: refused.code, message: refused.message, digest: override.digest };
  return { outcome: dryRun ? 'would-override' : 'overridden', ...override };
}

function textOf({ digest, gates, who, expires }: OverrideAsked, refused: Refusal | null, dryRun: boolean): string {
  if (refused !== null) return `Refused (${refused.code}): ${refused.message}`;
  const words = `${gates.join(', ')} of ${short(digest)} until ${expires}, by ${who}`;
  return dryRun
    ? `Would set aside ${words}. Nothing was done.`
    : `Set aside: ${words}. The verdict is unchanged, and approval is still needed.`;
}
