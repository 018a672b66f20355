import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { doublesFor } from '../../../scripts/workflows/doubles';

const ROOT = resolve(__dirname, '..', '..', '..');

interface Action {
  readonly name?: string;
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean }>>;
}
interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const doubles = doublesFor(ROOT);

/** Every step that uses an action which has a double, by file. */
const uses = ['workflows', 'actions'].flatMap((folder) =>
  readdirSync(join(ROOT, '.github', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .flatMap((name) => stepsIn(parse(readFileSync(join(ROOT, '.github', folder, name), 'utf8'))).map((step) => ({ ...step, name }))),
);

function stepsIn(value: unknown): readonly Step[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'uses' in value && typeof value.uses === 'string' && value.uses in doubles ? [value as Step] : [];
  return [...own, ...Object.values(value).flatMap(stepsIn)];
}

function actionOf(step: Step): Action {
  return parse(readFileSync(join(doubles[step.uses ?? ''] ?? '', 'action.yml'), 'utf8'));
}

/** A double that did not know an input would leave it out without a word, and the run would show less than it seems to. */
function unknownInputs(step: Step): readonly string[] {
  const known = Object.keys(actionOf(step).inputs ?? {});
  return Object.keys(step.with ?? {}).filter((input) => !known.includes(input));
}

it('every action that is fetched has a double, and every double is of an action that is used', () => {
  const used = new Set(Object.keys(doubles).map((name) => name.split('@')[0]));
  const made = ['actions', 'grafana'].flatMap((owner) =>
    readdirSync(join(ROOT, 'test/workflows/act/doubles', owner)).map((name) => `${owner}/${name}`),
  );
  expect(made.sort()).toEqual([...used].sort());
});

it('a double knows every input that it is given', () => {
  expect(uses.flatMap((step) => unknownInputs(step).map((input) => `${step.name}: ${step.uses} ${input}`))).toEqual([]);
  expect(uses.length).toBeGreaterThan(10);
});

it('an input that no double knows is noticed', () => {
  const [checkout] = uses.filter((step) => step.uses?.startsWith('actions/checkout@'));
  expect(unknownInputs({ ...checkout, with: { 'fetch-depht': 0 } })).toEqual(['fetch-depht']);
});
