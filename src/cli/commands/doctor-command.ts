import type { Command } from 'commander';
import pc from 'picocolors';
import { EXIT } from '../../contract';
import { unknownName } from '../../gates/suggest';
import { TIERS, type Tier } from '../../gates/vocabulary';
import { openGithub } from '../../github/client';
import { repositorySettings } from '../../github/repository-settings';
import { ConfigurationError } from '../../pipeline/errors';
import { toolVersion } from '../../pipeline/tool-version';
import { awsPolicyOf, clientsFor } from '../aws-session';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy } from '../policy-file';
import { type Check, doctor } from './doctor';
import { inspectAccount } from './doctor-aws';
import { readReservations } from './doctor-aws-reservations';
import { inspectRepository } from './doctor-github';
import { readTrusted } from './doctor-github-subjects';

interface DoctorOptions {
  readonly target: string;
  readonly github?: boolean;
  readonly repository?: string;
  readonly tier?: string;
  readonly policy: string;
  readonly json?: boolean;
}

const PUBLIC_API = 'https://api.github.com';
const TARGETS = ['twin', 'aws'] as const;

export function addDoctor(program: Command, context: CommandContext, done: Done): void {
  program
    .command('doctor')
    .description('what is missing on this machine, in an AWS account, or in a repository on GitHub; exit code 1 if anything required is')
    .option('--target <name>', 'twin (this machine) or aws (the account of the credentials at hand; it is only read)', 'twin')
    .option('--tier <name>', 'on aws: only what concerns staging, or production (a job has rights on one)')
    .option('--github', "the repository's settings on GitHub instead; GITHUB_TOKEN is a person's who may administer it (it is only read)")
    .option('--repository <owner/name>', 'with --github: which one; default GITHUB_REPOSITORY')
    .option('--policy <file>', 'what the account, or the repository, is compared with', DEFAULT_POLICY)
    .option('--json', 'print the checks as JSON')
    .action(async (options: DoctorOptions) => {
      const checks = await checksFor(context, options);
      const missing = checks.filter(({ ok, required }) => required && !ok);
      if (options.json) context.stdout.write(`${JSON.stringify({ ok: missing.length === 0, checks }, null, 2)}\n`);
      else {
        for (const { ok, required, name, found, advice } of checks) {
          const mark = ok ? pc.green('ok     ') : required ? pc.red('MISSING') : pc.yellow('advice ');
          context.stdout.write(`${mark}  ${name}: ${found}${ok || !advice ? '' : `\n         ${advice}`}\n`);
        }
      }
      done(missing.length === 0 ? EXIT.ok : EXIT.failed);
    });
}

async function checksFor(context: CommandContext, options: DoctorOptions): Promise<readonly Check[]> {
  const { target, tier, policy: file, github, repository } = options;
  if (github) return checksOnGithub(context, options);
  if (repository !== undefined) throw new ConfigurationError('--repository is for --github');
  if (!TARGETS.some((name) => name === target)) throw new ConfigurationError(unknownName('target', target, TARGETS));
  if (target === 'twin') {
    if (tier !== undefined) throw new ConfigurationError('--tier is for --target aws');
    return doctor(context.home);
  }
  const tiers = tier === undefined ? TIERS : [tierNamed(tier)];
  const { policy } = await loadPolicy(context.root, file);
  const reserves = await readReservations(context.root);
  const clients = clientsFor(awsPolicyOf(policy));
  try {
    return await inspectAccount(clients, policy, { tiers, reserves });
  } finally {
    clients.destroy();
  }
}

async function checksOnGithub(
  context: CommandContext,
  { target, tier, policy: file, repository }: DoctorOptions,
): Promise<readonly Check[]> {
  if (target !== 'twin' || tier !== undefined)
    throw new ConfigurationError('--github looks at the repository: leave --target and --tier out');
  const { policy } = await loadPolicy(context.root, file);
  const trusted = await readTrusted(context.root);
  const named = repository ?? process.env['GITHUB_REPOSITORY'] ?? '';
  if (!/^[\w.-]+\/[\w.-]+$/.test(named)) throw new ConfigurationError('which repository? Give --repository OWNER/NAME');
  const apiUrl = process.env['GITHUB_API_URL'] || PUBLIC_API;
  const token = process.env['GITHUB_TOKEN'] ?? null;
  const github = openGithub({ apiUrl, repository: named, token, version: toolVersion(context.home) });
  return inspectRepository(await repositorySettings(github), policy, trusted);
}

function tierNamed(name: string): Tier {
  const tier = TIERS.find((each) => each === name);
  if (tier === undefined) throw new ConfigurationError(unknownName('tier', name, TIERS));
  return tier;
}
