import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Baseline } from '../../gates/baseline';
import { canonicalJson, digestOf } from '../../gates/canonical';
import { evaluate } from '../../gates/evaluate';
import { type Evidence, evidenceSchema } from '../../gates/evidence-schema';
import { ConfigurationError } from '../../pipeline/errors';
import { toolVersion } from '../../pipeline/tool-version';
import { renderTerminal } from '../../report/terminal';
import { writeReportOutputs } from '../action-outputs';
import type { CommandContext, Done } from '../context';
import { exitCodeOf } from '../exit-code';
import { DEFAULT_POLICY, loadPolicy } from '../policy-file';
import { coloured } from '../progress';

interface EvaluateOptions {
  readonly evidence: string;
  readonly baseline?: string;
  readonly policy: string;
  readonly json?: boolean;
}

export function addEvaluate(program: Command, context: CommandContext, done: Done): void {
  program
    .command('evaluate')
    .description('judge recorded evidence again: no network, no clock, the same bytes each time')
    .requiredOption('--evidence <file>', 'an evidence.json of an earlier run')
    .option('--baseline <file>', 'the baseline.json of that run, or evidence of another release under the same load, to compare with')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--json', 'print the gate report as JSON on stdout')
    .action(async (options: EvaluateOptions) => {
      const evidence = await loadEvidence(resolve(context.root, options.evidence), options.evidence);
      // Judged as of when it was made: a gate that only observed then has not become a mistake of the policy since.
      const { policy, digest } = await loadPolicy(context.root, options.policy, new Date(evidence.finishedAt));
      const baseline = await loadBaseline(context.root, options.baseline);
      const report = evaluate({ evidence, policy, policyDigest: digest, toolVersion: toolVersion(context.home), baseline });
      writeReportOutputs(report, null);
      context.stdout.write(options.json ? canonicalJson(report) : renderTerminal(report, { colour: coloured(context.stdout) }));
      done(exitCodeOf(report));
    });
}

/** What `--baseline` names; null without it. @throws ConfigurationError as {@link loadEvidence} does */
export async function loadBaseline(root: string, name: string | undefined): Promise<Baseline | null> {
  if (name === undefined) return null;
  const evidence = await loadEvidence(resolve(root, name), name);
  return { evidence, digest: digestOf(canonicalJson(evidence)) };
}

/** @throws ConfigurationError that names the file and the path of what is wrong in it. */
export async function loadEvidence(path: string, name: string): Promise<Evidence> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigurationError(`${name}: cannot be read; give an evidence.json of an earlier run`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`${name}: not JSON (${cause instanceof Error ? cause.message : 'unreadable'})`, { cause });
  }
  const parsed = evidenceSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.slice(0, 5).map((issue) => `  ${issue.path.join('.') || '(top)'}: ${issue.message}`);
  throw new ConfigurationError(`${name}: not evidence of this version:\n${lines.join('\n')}`);
}
