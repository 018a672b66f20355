import { parse } from 'yaml';
import { z } from 'zod';

export interface Step {
  readonly name: string;
  readonly run: string;
}

const job = z.object({ steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })) });
const schema = z.object({ jobs: z.object({ twin: job, tidegate: job }) });

/** @returns the commands of the job that judges, with a profile that takes seconds in place of the policy's own */
export function stepsOf(workflow: string, profile: string): readonly Step[] {
  const steps = schema.parse(parse(workflow)).jobs.twin.steps;
  const commands = steps.flatMap(({ name = '', run }) =>
    run === undefined ? [] : [{ name, run: run.replace('tidegate gate ', `tidegate gate --profile ${profile} `) }],
  );
  if (!commands.some(({ run }) => run.includes(`gate --profile ${profile}`))) throw new Error('the workflow judges nothing by a command');
  return commands;
}

/** @returns what the job runs that a branch may require */
export function requiredCheck(workflow: string): string {
  return schema
    .parse(parse(workflow))
    .jobs.tidegate.steps.map(({ run = '' }) => run)
    .join('\n');
}

/** What a step wrote to $GITHUB_OUTPUT, in either of its forms: `name=value`, or lines up to a delimiter. */
export function outputsIn(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/^([\w-]+)(?:=(.*)|<<(\S+)\n([\s\S]*?)\n\3)$/gm);
  return Object.fromEntries([...found].map(([, name = '', line, , lines]) => [name, line ?? lines ?? '']));
}
