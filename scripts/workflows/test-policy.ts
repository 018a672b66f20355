import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

const ROOT = join(__dirname, '..', '..');
const SHORT = join(ROOT, 'test', 'fixtures', 'policies', 'test.yaml');
const SHIPPED = join(ROOT, '.github', 'gates.yaml');

export interface PolicyChanges {
  readonly entry?: string;
  readonly smokeScript?: string;
  /** Leaves no stage between smoke and canary: for what is not about the gates. */
  readonly smokeOnly?: boolean;
}

/**
 * The test-suite's policy, whose stages last seconds, as both profiles that workflows use on the twin; with another release or load
 * script if one is named. Of AWS it says what the shipped one says: the assembly is built from that.
 */
export function policyWith({ entry, smokeScript, smokeOnly = false }: PolicyChanges = {}): string {
  const policy = parseDocument(
    readFileSync(SHORT, 'utf8')
      .replaceAll(/\btest(?=:)/g, 'quick')
      .replace('profile: test', 'profile: quick'),
  );
  policy.setIn(['targets', 'aws'], parseDocument(readFileSync(SHIPPED, 'utf8')).getIn(['targets', 'aws']));
  for (const path of perProfile(policy.toJS().stages)) {
    const quick = policy.getIn([...path, 'quick'], true);
    if (quick !== undefined) policy.setIn([...path, 'test'], quick);
  }
  if (entry !== undefined) policy.setIn(['release', 'entry'], entry);
  if (smokeScript !== undefined) policy.setIn(['stages', 'smoke', 'script'], smokeScript);
  if (smokeOnly) for (const stage of ['soak', 'spike']) policy.deleteIn(['stages', stage]);
  return policy.toString({ lineWidth: 0 });
}

/** Where a policy says something for each profile. */
function perProfile(stages: Readonly<Record<string, object>>): readonly (readonly string[])[] {
  return Object.entries(stages).flatMap(([stage, declared]) =>
    ['load', 'observeAfter', 'maxWait'].filter((key) => key in declared).map((key) => ['stages', stage, key]),
  );
}
