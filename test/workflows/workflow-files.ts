import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../house/source-files';

export const WORKFLOWS = join(ROOT, '.github', 'workflows');

const text = z.record(z.string(), z.unknown());
const needs = z.union([z.string().transform((name) => [name]), z.array(z.string())]).default([]);
const stepSchema = z.looseObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: text.default({}),
  env: z.record(z.string(), z.unknown()).default({}),
  'continue-on-error': z.boolean().optional(),
});
const concurrency = z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean(), queue: z.literal('max').optional() });
const jobSchema = z.looseObject({
  needs,
  if: z.string().optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
  'timeout-minutes': z.number().optional(),
  environment: z.strictObject({ name: z.string(), url: z.string().optional(), deployment: z.literal(false).optional() }).optional(),
  concurrency: concurrency.optional(),
  outputs: z.record(z.string(), z.string()).default({}),
  uses: z.string().optional(),
  with: text.default({}),
  env: text.default({}),
  steps: z.array(stepSchema).default([]),
});
const workflowSchema = z.looseObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()).optional(),
  concurrency: concurrency.optional(),
  defaults: z.unknown().optional(),
  env: text.default({}),
  jobs: z.record(z.string(), jobSchema),
});
export type Step = z.output<typeof stepSchema>;
export type Job = z.output<typeof jobSchema>;
export type Workflow = z.output<typeof workflowSchema>;

/** A workflow as it is written and as it is read. */
export interface WorkflowFile {
  /** Without folder and extension. */
  readonly name: string;
  readonly source: string;
  readonly workflow: Workflow;
}

/** @throws ZodError for a shape that these tests would not understand */
export function workflowOf(name: string, source: string): WorkflowFile {
  return { name, source, workflow: workflowSchema.parse(parse(source)) };
}

export function sourceOf(name: string): string {
  return readFileSync(join(WORKFLOWS, `${name}.yml`), 'utf8');
}

export function workflows(): readonly WorkflowFile[] {
  return readdirSync(WORKFLOWS)
    .sort()
    .map((file) => workflowOf(file.replace(/\.yml$/, ''), sourceOf(file.replace(/\.yml$/, ''))));
}

/** Every job of a workflow, with `workflow/job` as it is called in complaints. */
export function jobsOf({ name, workflow }: WorkflowFile): readonly { readonly at: string; readonly id: string; readonly job: Job }[] {
  return Object.entries(workflow.jobs).map(([id, job]) => ({ at: `${name}/${id}`, id, job }));
}

/** Every step of a workflow, with where it is. */
export function stepsOf(file: WorkflowFile): readonly { readonly at: string; readonly step: Step }[] {
  return jobsOf(file).flatMap(({ at, job }) =>
    job.steps.map((step, i) => ({ at: `${at}: ${step.name ?? step.id ?? step.uses ?? `step ${i + 1}`}`, step })),
  );
}
