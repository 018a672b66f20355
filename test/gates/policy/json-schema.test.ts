import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020';
import { parse } from 'yaml';
import { policyJsonSchema, policySchema } from '../../../src/gates/policy/policy';
import { policyText } from '../builders';
import { BASELINE_GATE, CASES } from './changes-cases';
import { edited, type Raw, withGate } from './policy-edits';

/** What editors check `.github/gates.yaml` with: its first line names it. */
const NAME = 'gates.schema.json';
const FILE = path.join(__dirname, '../../../.github', NAME);
const SHIPPED: Raw = withGate(edited(parse(policyText()), 'deploy.command', 'make staging'), BASELINE_GATE);
const validate = new Ajv({ strict: false, formats: { date: true, 'date-time': true } }).compile(policyJsonSchema());

test('the file is in step with the policy (UPDATE_GOLDEN=1 writes it)', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(FILE, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
  expect(policyText().split('\n')[0]).toBe(`# yaml-language-server: $schema=${NAME}`);
});

test('it accepts the shipped policy, and whatever the policy itself accepts', () => {
  expect(validate(parse(policyText()))).toBe(true);
  const edits = CASES.flatMap(({ at, from, to }) => [edited(SHIPPED, at, from), edited(SHIPPED, at, to)]);
  const accepted = edits.filter((raw) => policySchema.safeParse(raw).success);
  expect(accepted.length).toBeGreaterThan(100);
  expect(accepted.filter((raw) => !validate(raw))).toEqual([]);
});

test.each<[string, string, unknown]>([
  ['an unknown key', 'targets.twin.x', 1],
  ['an unknown key of a gate', 'stages.soak.gates.redis-capacity.x', 1],
  ['a key of another judge', 'stages.soak.gates.redis-capacity.for', '10s'],
  ['a duration without its unit', 'stages.soak.gates.api-latency.for', '10'],
  ['a rate in hours', 'stages.soak.load.quick.rate', '60/h'],
  ['a share that is none', 'stages.soak.gates.redis-capacity.max', 'most'],
  ['a limit that is none', 'stages.soak.gates.api-5xx.max', 'few'],
  ['a growth that lacks its percent sign', 'stages.soak.gates.redis-connection-leak.growthFloor', 20],
  ['a share below none', 'stages.soak.gates.redis-connection-leak.growthFloor', -0.5],
  ['more than all requests', 'stages.canary.weight', '200%'],
  ['no requests', 'stages.canary.weight', '0.0%'],
  ['no time', 'stages.soak.gates.api-latency.for', '0s'],
  ['less than a millisecond', 'stages.soak.load.quick.requestTimeout', '0.0001s'],
  ['no rate', 'stages.soak.load.quick.rate', '0/s'],
  ['a negative limit', 'stages.soak.gates.lambda-throttles.max', -1],
  ['a profile that is none', 'promotion.profile', 'slow'],
])('it refuses %s', (_, at, value) => {
  const raw = edited(SHIPPED, at, value);
  expect(validate(raw)).toBe(false);
  expect(policySchema.safeParse(raw).success).toBe(false);
});

test.each<[string, unknown]>([
  ['stages.soak.load.quick.requestTimeout', '0.005s'],
  ['stages.soak.load.quick.requestTimeout', '1.5000s'],
  ['stages.soak.load.quick.requestTimeout', '0.25m'],
  ['stages.soak.load.quick.rate', '0.5/s'],
  ['stages.canary.weight', '0.5%'],
  ['stages.canary.weight', 0.25],
  ['stages.soak.gates.redis-connection-leak.growthFloor', '120%'],
])('it accepts %s: %s', (at, value) => {
  const raw = edited(SHIPPED, at, value);
  expect([validate(raw), policySchema.safeParse(raw).success]).toEqual([true, true]);
});
