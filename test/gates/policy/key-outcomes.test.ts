import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { policyJsonSchema, policySchema } from '../../../src/gates/policy/policy';
import { policyText } from '../builders';
import { BASELINE_GATE } from './changes-cases';
import { OUTCOME_CASES, type OutcomeCase } from './outcome-cases';
import { edited, type Raw, withGate } from './policy-edits';
import { generic, keysOf } from './policy-keys';

const SHIPPED: Raw = withGate(parse(policyText()), BASELINE_GATE);
const judgeOf = new Map(
  Object.values(policySchema.parse(SHIPPED).stages).flatMap((stage) => (stage?.gates ?? []).map(({ id, judge }) => [id, judge])),
);

/** Keys that only a whole run obeys, which no test here can make: where it reads them, word for word. */
const AT_THE_EDGES: Readonly<Record<string, readonly [file: string, reads: string]>> = {
  'release.entry': ['src/cli/commands/pipeline.ts', 'policy.release.entry'],
  'release.env': ['src/cli/commands/pipeline.ts', 'policy.release.env'],
  'targets.aws.ledger': ['src/cli/aws-session.ts', '{ ledger, account }: AwsPolicy'],
};
/** The only version that there is, and the judge, without which a gate is another one. */
const THEMSELVES = /^(version|stages\.\*\.gates\.[\w-]+\.(judge|of))$/;

function outcomeOf({ at, outcome, beside = {} }: OutcomeCase, value: unknown, unread?: string): unknown {
  const said = Object.entries({ ...beside, [at]: value }).reduce((raw, [place, each]) => edited(raw, place, each), SHIPPED);
  const raw = unread === undefined ? said : edited(said, unread, undefined);
  return outcome(policySchema.parse(raw), raw);
}

test.each(OUTCOME_CASES.map((each) => [`${each.at}: ${each.from} or ${each.to}`, each] as const))('%s', async (_, each) => {
  expect(await outcomeOf(each, each.from)).not.toEqual(await outcomeOf(each, each.to));
});

test('a key that nobody reads changes no outcome: the same cases fail when theirs is dropped', async () => {
  const optional = /gates\.[\w-]+\.(for|within|confidence|warn|minRequests|minDatapoints|route|mode)$|\.(warm|segments)$|^defaults\./;
  const droppable = OUTCOME_CASES.filter(({ at }) => optional.test(at) && !at.includes('connection-leak.minDatapoints'));
  expect(droppable.length).toBeGreaterThan(10);
  for (const each of droppable) expect(await outcomeOf(each, each.from, each.at)).toEqual(await outcomeOf(each, each.to, each.at));
});

describe('no key is forgotten', () => {
  const keyOf = ({ at }: OutcomeCase) => generic(at.split('.').map((part) => judgeOf.get(part) ?? part));
  const covered = new Set([...OUTCOME_CASES.map(keyOf), ...Object.keys(AT_THE_EDGES)]);
  const missing = (schema: unknown) => keysOf(schema).filter((key) => !covered.has(key) && !THEMSELVES.test(key));

  test('each key of the schema changes an outcome', () => {
    expect(missing(policyJsonSchema())).toEqual([]);
  });

  test('a new one would be missed', () => {
    const grown = JSON.stringify(policyJsonSchema()).replace('"growthFloor":', '"fresh":{"type":"string"},$&');
    expect(missing(JSON.parse(grown))).toEqual(['stages.*.gates.leak.fresh']);
  });

  test.each(Object.entries(AT_THE_EDGES))('%s is read at the edge', (_, [file, reads]) => {
    expect(readFileSync(path.join(__dirname, '../../..', file), 'utf8')).toContain(reads);
  });
});
