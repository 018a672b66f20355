import fc from 'fast-check';
import { parse } from 'yaml';
import { type PolicyChange, policyChanges } from '../../../src/gates/policy/changes';
import { comparePolicies } from '../../../src/gates/policy/changes-of-texts';
import { opposite } from '../../../src/gates/policy/changes-rule';
import { type Policy, policyJsonSchema, policySchema } from '../../../src/gates/policy/policy';
import { NOW, policyOf, policyText } from '../builders';
import { BASELINE_GATE, CASES, type Case } from './changes-cases';
import { edited, type Raw, withGate } from './policy-edits';
import { generic, keysOf } from './policy-keys';

/** With every part in place that the shipped policy leaves out. */
const SHIPPED: Raw = withGate(edited(parse(policyText()), 'deploy.command', 'make staging'), BASELINE_GATE);
const UNTIL = '2026-12-31';
const judgeOf = new Map(
  Object.values(policySchema.parse(SHIPPED).stages).flatMap((stage) => (stage?.gates ?? []).map(({ id, judge }) => [id, judge])),
);

/** Edits by themselves may make a policy that its further checks would refuse: what is compared is what was written. */
function policyWith(edits: readonly (readonly [at: string, value: unknown])[]): Policy {
  return policySchema.parse(edits.reduce((raw, [at, value]) => edited(raw, at, value), SHIPPED));
}

function changed(at: string, from: unknown, to: unknown): readonly PolicyChange[] {
  return policyChanges(policyWith([[at, from]]), policyWith([[at, to]]));
}

/** The key of the schema that a case is about. */
function schemaKeyOf({ at }: Case): string {
  return generic(at.split('.').map((part) => judgeOf.get(part) ?? part));
}

test.each(CASES.map((each) => [`${each.at}: ${each.before} -> ${each.after}`, each] as const))('%s', (_, { at, from, to, ...seen }) => {
  const [, stage, , gate] = at.startsWith('stages.') ? at.split('.') : [];
  const where = at.includes('.gates.') ? { stage, gate } : { stage: stage ?? null, gate: null };
  const key = at.replace(/^stages\.\w+\.(gates\.[\w-]+\.)?/, '');
  expect(changed(at, from, to)).toEqual([{ ...where, key, ...seen }]);
});

describe('no key is forgotten', () => {
  /** Seen at the gates, in tests of their own; a gate is known by its id and judge, and there is one version. */
  const ELSEWHERE = /^(version|defaults\.\w+|stages\.\*\.gates\.[\w-]+\.(id|judge|mode|until|of))$/;
  const covered = new Set(CASES.map(schemaKeyOf));
  const missing = (schema: unknown) => keysOf(schema).filter((key) => !covered.has(key) && !ELSEWHERE.test(key));

  test('each key of the schema has a case', () => {
    expect(missing(policyJsonSchema())).toEqual([]);
    expect(keysOf(policyJsonSchema()).length).toBeGreaterThan(60);
  });

  test('a new key of the policy, of a stage and of a gate would be missed', () => {
    const text = JSON.stringify(policyJsonSchema());
    const grown = text
      .replace('"maxEvidenceAge":', '"fresh":{"type":"string"},$&')
      .replace('"growthFloor":', '"fresh":{"type":"string"},$&')
      .replaceAll('"rampUp":', '"fresh":{"type":"string"},$&');
    expect(missing(JSON.parse(grown))).toEqual(
      expect.arrayContaining(['promotion.fresh', 'stages.*.gates.leak.fresh', 'stages.*.load.*.fresh']),
    );
  });

  test('a key that no rule knows is shown all the same', () => {
    const base = policyWith([]);
    const head = { ...base, promotion: { ...base.promotion, later: 3 } };
    expect(policyChanges(base, head)).toMatchObject([{ key: 'promotion.later', before: null, after: '3', direction: 'changed' }]);
  });
});

describe('gates as a whole', () => {
  const gate = 'stages.soak.gates.api-5xx';
  const text = 'judge limit, of api.5xx / api.requests, mode enforce, max 0.1 %, warn 0.05 %, confidence 95 %';

  test('one that is removed', () => {
    expect(changed(gate, { id: 'api-5xx', judge: 'limit', of: 'api.5xx / api.requests', max: '0.1%', warn: '0.05%' }, undefined)).toEqual([
      { stage: 'soak', gate: 'api-5xx', key: 'gate', before: text, after: null, direction: 'loosened' },
    ]);
  });

  test('one that is weakened under another name is one that is gone and one that is new', () => {
    expect(changed(`${gate}.id`, 'api-5xx', 'api-5xx-rate').map((change) => [change.gate, change.direction])).toEqual([
      ['api-5xx', 'loosened'],
      ['api-5xx-rate', 'tightened'],
    ]);
  });

  test('another judge cannot be compared', () => {
    const leak = { id: 'api-5xx', judge: 'idle-return', of: 'redis.connections', maxPerEnvironment: 3 };
    const limit = { id: 'api-5xx', judge: 'limit', of: 'api.5xx / api.requests', max: '0.1%', warn: '0.05%' };
    expect(changed(gate, limit, leak)).toMatchObject([{ key: 'gate', before: text, direction: 'changed' }]);
  });

  test('a limit of another unit cannot be compared', () => {
    const to = { id: 'api-5xx', judge: 'limit', of: 'api.latencyP95', max: '250ms', warn: '200ms' };
    const limit = { id: 'api-5xx', judge: 'limit', of: 'api.5xx / api.requests', max: '0.1%', warn: '0.05%' };
    expect(changed(gate, limit, to)).toEqual(
      expect.arrayContaining([expect.objectContaining({ key: 'max', before: '0.1 %', after: '250ms', direction: 'changed' })]),
    );
  });

  test.each(['limit', 'leak', 'idle-return', 'capacity', 'recovery', 'baseline'])(
    'a %s gate that only observes, and for longer',
    (judge) => {
      const id = [...judgeOf].find(([, each]) => each === judge)?.[0] ?? '';
      const at = `stages.${judge === 'recovery' ? 'spike' : id.startsWith('smoke') ? 'smoke' : 'soak'}.gates.${id}`;
      const observing = (until: string) =>
        policyWith([
          [`${at}.mode`, 'observe'],
          [`${at}.until`, until],
        ]);
      const rows = (base: Policy, head: Policy) =>
        policyChanges(base, head).map(({ key, before, after, direction }) => [key, before, after, direction]);
      expect(rows(policyWith([]), observing(UNTIL))).toEqual([
        ['mode', 'enforce', 'observe', 'loosened'],
        ['until', null, UNTIL, 'loosened'],
      ]);
      expect(rows(observing(UNTIL), observing('2027-01-31'))).toEqual([['until', UNTIL, '2027-01-31', 'loosened']]);
    },
  );

  test('defaults are seen at each gate that they count for, and nowhere else', () => {
    const sure = changed('defaults.confidence', 0.95, 0.99);
    expect(sure.find(({ gate: id }) => id === 'redis-connection-leak')).toMatchObject({ key: 'confidence', direction: 'loosened' });
    expect(sure.filter(({ gate: id }) => id === null || id === 'redis-capacity')).toEqual([]);
    const observing = policyWith([['defaults.mode', 'observe'], [`${gate}.mode`, 'enforce'], ...untilEverywhere()]);
    const loosened = policyChanges(policyWith([]), observing).filter(({ key, direction }) => key === 'mode' && direction === 'loosened');
    expect(loosened.map((change) => change.gate)).toEqual([...judgeOf.keys()].filter((id) => id !== 'api-5xx'));
  });

  function untilEverywhere() {
    return Object.entries(policyOf().policy.stages).flatMap(([stage, declared]) =>
      (declared?.gates ?? []).filter(({ id }) => id !== 'api-5xx').map(({ id }) => [`stages.${stage}.gates.${id}.until`, UNTIL] as const),
    );
  }
});

describe('stages as a whole', () => {
  test('one that is removed takes its gates with it', () => {
    const changes = changed('stages.spike', SHIPPED['stages']?.['spike'], undefined);
    expect(changes[0]).toEqual({ stage: 'spike', gate: null, key: 'stage', before: '7 gates', after: null, direction: 'loosened' });
    expect(changes.slice(1).map(({ key, direction }) => [key, direction])).toEqual(Array(7).fill(['gate', 'loosened']));
  });

  test('what a default says already changes nothing', () => {
    expect(changed('stages.canary.onInconclusive', undefined, 'roll-back')).toEqual([]);
    expect(changed('stages.soak.load.standard.warm', undefined, 0)).toEqual([]);
    expect(changed('stages.soak.load.standard.segments', 1, undefined)).toEqual([]);
    expect(changed('stages.soak.gates.api-5xx.minRequests', undefined, 3000)).toEqual([]);
    expect(changed('stages.soak.gates.api-5xx.max', '0.1%', 0.001)).toEqual([]);
    expect(changed('promotion.approvers', ['a', 'b'], ['b', 'a'])).toEqual([]);
  });
});

describe('of any two policies', () => {
  const RUNS = { numRuns: 60, seed: 20_261_124 };
  const policies = fc
    .subarray([...CASES], { maxLength: 8 })
    .chain((cases) => fc.tuple(...cases.map(({ at, from, to }) => fc.constantFrom([at, from] as const, [at, to] as const))))
    .map((edits) => policyWith(edits));

  test('the same one twice gives nothing, however it is spelt', () => {
    fc.assert(
      fc.property(policies, (policy) => expect(policyChanges(policy, structuredClone(policy))).toEqual([])),
      RUNS,
    );
  });

  test('swapped, each change is the opposite', () => {
    const mirrored = (changes: readonly PolicyChange[]) =>
      changes.map(({ before, after, direction, ...at }) => ({ ...at, before: after, after: before, direction: opposite(direction) }));
    const sorted = (changes: readonly PolicyChange[]) => changes.map((change) => JSON.stringify(change)).sort();
    fc.assert(
      fc.property(policies, policies, (a, b) => {
        expect(sorted(mirrored(policyChanges(a, b)).map((c) => ordered(c)))).toEqual(sorted(policyChanges(b, a).map((c) => ordered(c))));
      }),
      RUNS,
    );
  });

  function ordered({ stage, gate, key, before, after, direction }: PolicyChange): PolicyChange {
    return { stage, gate, key, before, after, direction };
  }
});

describe('texts of policies', () => {
  const base = { file: 'base.yaml', text: policyText() };

  test("a head that is not valid is a finding, with each problem's place", () => {
    const head = { file: 'head.yaml', text: policyText().replace('maxEvidenceAge: 24h', 'maxEvidenceAge: forever') };
    const compared = comparePolicies(base, head, NOW);
    expect(compared.ok ? '' : compared.problem).toMatch(
      /^The head's policy is not valid:\nhead\.yaml:\d+:\d+: promotion\.maxEvidenceAge: /,
    );
    for (const text of ['', '{', '- 1', '\u0000']) expect(comparePolicies(base, { file: 'head.yaml', text }, NOW).ok).toBe(false);
  });

  test('a base that was to observe until yesterday can still be compared; a head cannot', () => {
    const text = policyText().replace('warn: 0.05% }', "warn: 0.05%, mode: observe, until: '2026-11-01' }");
    expect(comparePolicies({ file: 'base.yaml', text }, base, NOW)).toMatchObject({
      ok: true,
      changes: [{ key: 'mode' }, { key: 'until' }],
    });
    expect(comparePolicies(base, { file: 'head.yaml', text }, NOW).ok).toBe(false);
  });
});
