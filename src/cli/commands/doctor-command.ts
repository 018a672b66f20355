import type { Command } from 'commander';
import pc from 'picocolors';
import { EXIT } from '../../contract';
import { unknownName } from '../../gates/suggest';
import { TIERS, type Tier } from '../../gates/vocabulary';
import { ConfigurationError } from '../../pipeline/errors';
import { awsPolicyOf, clientsFor } from '../aws-session';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy } from '../policy-file';
import { type Check, doctor } from './doctor';
import { inspectAccount } from './doctor-aws';
import { readReservations } from './doctor-aws-reservations';

interface DoctorOptions {
  readonly target: string;
  readonly tier?: string;
  readonly policy: string;
  readonly json?: boolean;
}

const TARGETS = ['twin', 'aws'] as const;

export function addDoctor(program: Command, context: CommandContext, done: Done): void {
  program
    .command('doctor')
    .description('what is missing on this machine, or in an AWS account; exit code 1 if anything required is')
    .option('--target <name>', 'twin (this machine) or aws (the account of the credentials at hand; it is only read)', 'twin')
    .option('--tier <name>', 'on aws: only what concerns staging, or production (a job has rights on one)')
    .option('--policy <file>', 'what the account is compared with', DEFAULT_POLICY)
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

async function checksFor(context: CommandContext, { target, tier, policy: file }: DoctorOptions): Promise<readonly Check[]> {
  if (!TARGETS.some((name) => name === target)) throw new ConfigurationError(unknownName('target', target, TARGETS));
  if (target === 'twin') {
    if (tier !== undefined) throw new ConfigurationError('--tier is for --target aws');
    return doctor();
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

function tierNamed(name: string): Tier {
  const tier = TIERS.find((each) => each === name);
  if (tier === undefined) throw new ConfigurationError(unknownName('tier', name, TIERS));
  return tier;
}
