import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import type { PolicyChange } from '../../gates/policy/changes';
import { comparePolicies, type PolicyText } from '../../gates/policy/changes-of-texts';
import { ConfigurationError } from '../../pipeline/errors';
import { plain } from '../../report/escape';
import type { CommandContext, Done } from '../context';

interface PolicyDiffOptions {
  readonly base: string;
  readonly head: string;
  readonly json?: boolean;
}

/** What could let more pass comes first; what nobody can tell is looked at like it. */
const ORDER = ['loosened', 'changed', 'tightened'] as const;

export function addPolicyDiff(program: Command, context: CommandContext, done: Done): void {
  program
    .command('policy-diff')
    .description('what a policy loosens or tightens against another, gate by gate; it informs and never fails')
    .requiredOption('--base <file>', 'the policy that is in force')
    .requiredOption('--head <file>', 'the policy that is proposed')
    .option('--json', 'print the changes as JSON')
    .action(async ({ base, head, json }: PolicyDiffOptions) => {
      const [before, after] = await Promise.all([read(context.root, base), read(context.root, head)]);
      const comparison = comparePolicies(before, after, new Date());
      if (json) context.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...comparison }, null, 2)}\n`);
      else if (!comparison.ok)
        context.stdout.write(
          `${comparison.problem
            .split('\n')
            .map((line) => plain(line))
            .join('\n')}\n`,
        );
      else context.stdout.write(tableOf(comparison.changes));
      done(EXIT.ok);
    });
}

async function read(root: string, file: string): Promise<PolicyText> {
  const text = await readFile(resolve(root, file), 'utf8').catch((cause: unknown) => {
    throw new ConfigurationError(`${file}: cannot be read`, { cause });
  });
  return { file, text };
}

function tableOf(changes: readonly PolicyChange[]): string {
  if (changes.length === 0) return 'No gate, load or rule of promotion changes.\n';
  const rows = ORDER.flatMap((direction) => changes.filter((change) => change.direction === direction)).map((change) => [
    change.direction,
    plain([change.stage, change.gate, change.key].filter((part) => part !== null).join(' ')),
    `${shown(change.before)} -> ${shown(change.after)}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`).join('');
}

function shown(value: string | null): string {
  return value === null ? '(not set)' : plain(value);
}
