import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import { digestSchema } from '../../gates/evidence-schema';
import type { Policy } from '../../gates/policy/policy';
import { unknownName } from '../../gates/suggest';
import { TIERS, type Tier } from '../../gates/vocabulary';
import { openRelease } from '../../pipeline/assembly';
import { type AssemblyRelease, installProduction } from '../../pipeline/assembly-install';
import { commitOf } from '../../pipeline/commit';
import { runDeployCommand } from '../../pipeline/deploy-command';
import { ConfigurationError } from '../../pipeline/errors';
import { short } from '../../pipeline/production';
import { DeployFailedError, type TierDescription } from '../../targets/target';
import { openAws } from '../aws-session';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy } from '../policy-file';
import type { Session } from '../session';
import { DEFAULT_BUILD } from './build';

interface DeployOptions {
  readonly assembly: string;
  readonly tier: string;
  readonly reason?: string;
  readonly expect?: string;
  readonly policy: string;
  readonly json?: boolean;
}

/** A stack that is made anew, and then some. */
const DEPLOY_COMMAND_MS = 30 * 60_000;

type OpenTarget = (...args: Parameters<typeof openAws>) => Promise<Pick<Session, 'target' | 'workspace' | 'close'>>;

/** What came of it; a refusal has touched nothing. */
type Outcome =
  /** Without a release where the project's own command deployed. */
  | {
      readonly outcome: 'deployed';
      readonly release: AssemblyRelease | null;
      readonly commit: string;
      readonly description: TierDescription;
    }
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string };

export function addDeploy(program: Command, context: CommandContext, done: Done, open: OpenTarget = openAws): void {
  program
    .command('deploy')
    .description('put a built assembly onto a tier on AWS, after looking at every byte of it. Production only when it is empty')
    .option('--assembly <dir>', 'what `tidegate build` wrote', DEFAULT_BUILD)
    .requiredOption('--tier <name>', 'staging or production')
    .option('--expect <digest>', 'the assembly digest that it must have')
    .option('--reason <text>', 'why production is installed, for the ledger')
    .option('--policy <file>', 'where the tiers are described', DEFAULT_POLICY)
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: DeployOptions) => {
      const outcome = await deploy(context, options, tierNamed(options), open);
      context.stdout.write(options.json ? `${JSON.stringify(asJson(outcome), null, 2)}\n` : asText(outcome));
      done(outcome.outcome === 'deployed' ? EXIT.ok : EXIT.failed);
    });
}

function tierNamed({ tier: name, reason = '', expect }: DeployOptions): Tier {
  const tier = TIERS.find((each) => each === name);
  if (tier === undefined) throw new ConfigurationError(unknownName('tier', name, TIERS));
  if (tier === 'production' && reason.trim() === '')
    throw new ConfigurationError('production is only installed by `deploy`, never moved: say why with --reason "..."');
  if (tier === 'staging' && reason !== '') throw new ConfigurationError('--reason is for an installation: --tier production');
  if (expect !== undefined && !digestSchema.safeParse(expect).success)
    throw new ConfigurationError(`--expect ${expect}: expected sha256: and 64 digits, as \`tidegate build\` prints them`);
  return tier;
}

async function deploy(context: CommandContext, options: DeployOptions, tier: Tier, open: OpenTarget): Promise<Outcome> {
  const { policy } = await loadPolicy(context.root, options.policy);
  if (policy.deploy !== undefined) return deployByCommand(context, policy, policy.deploy, tier, open);
  const opened = await openRelease(resolve(context.root, options.assembly), options.expect);
  if (!opened.ok) return { outcome: 'refused', code: opened.code, message: opened.message };
  const { release } = opened;
  const session = await open(context, policy);
  try {
    if (tier === 'production') {
      const installed = await installProduction(session, release, options.reason ?? '');
      return installed.ok
        ? { outcome: 'deployed', release, commit: release.commit, description: installed.description }
        : { outcome: 'refused', ...installed };
    }
    const description = await session.target.deploy(tier, release);
    if (description.servingDigest !== release.packageDigest)
      throw new DeployFailedError(`${tier} serves ${description.servingDigest} although ${release.packageDigest} was deployed`);
    return { outcome: 'deployed', release, commit: release.commit, description };
  } finally {
    await session.close();
  }
}

/** The project puts its release onto staging itself; what serves then is asked of AWS. */
async function deployByCommand(
  context: CommandContext,
  policy: Policy,
  { command, timeout }: NonNullable<Policy['deploy']>,
  tier: Tier,
  open: OpenTarget,
): Promise<Outcome> {
  const { root, signal, stderr } = context;
  if (tier === 'production')
    throw new ConfigurationError('`deploy.command` of the policy is for staging: it has no canary to be watched by');
  const session = await open(context, policy);
  try {
    const commit = await commitOf(root);
    await runDeployCommand({ command, timeoutMs: timeout ?? DEPLOY_COMMAND_MS, root, tier, commit, signal, output: stderr });
    return { outcome: 'deployed', release: null, commit, description: await session.target.describe(tier) };
  } finally {
    await session.close();
  }
}

function asJson(outcome: Outcome) {
  if (outcome.outcome === 'refused') return outcome;
  const { release, commit, description } = outcome;
  const { tier, apiUrl, servingDigest, identity } = description;
  const assemblyDigest = release?.digest ?? null;
  return { outcome: outcome.outcome, tier, apiUrl, version: identity.version, servingDigest, assemblyDigest, commit };
}

function asText(outcome: Outcome): string {
  if (outcome.outcome === 'refused') return `Refused (${outcome.code}): ${outcome.message}\n`;
  const { release, commit, description } = outcome;
  const { tier, apiUrl, servingDigest, identity } = description;
  const assembly = release === null ? '' : ` of assembly ${short(release.digest)}`;
  return [
    `${tier} serves package ${short(servingDigest)}${assembly}, commit ${short(commit)}`,
    `  version ${identity.version} of ${identity.functionName}, alias ${identity.alias}, at ${apiUrl}`,
    '',
  ].join('\n');
}
