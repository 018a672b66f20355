import { readWayBack } from '../../../src/gates/policy/way-back';
import { NOW, policyText } from '../builders';
import { swap } from '../helpers';

const read = (text: string | null, target: 'twin' | 'aws' = 'aws') => readWayBack(text, 'gates.yaml', NOW, target, 'no-approvers');

describe('what the way back reads of a policy', () => {
  test('is where the target is, and the environment of its releases', () => {
    const { wayBack, problems } = read(policyText());
    expect(wayBack?.targets.aws).toMatchObject({ production: { stack: 'CheckInProduction' }, ledger: { stack: 'CheckInDelivery' } });
    expect([Object.keys(wayBack?.environment ?? {}), problems]).toEqual([['CACHE_PRIMARY_URL', 'CACHE_READER_URL'], '']);
  });

  test.each<[string, (text: string) => string]>([
    ['how AWS is measured', swap('period: 60s', 'period: often')],
    ['the settling of its metrics', swap('poll: 15s', 'pole: 15s')],
    ['the twin', swap('    period: 5s\n', '')],
    ['a key that nobody knows', swap('  aws:\n', '  aws:\n    color: red\n')],
    ['the version', swap('version: 1', 'version: 2')],
    ['all stages', (text) => text.slice(0, text.indexOf('stages:'))],
    ['the approvers', swap('approverMayBeAuthor: false', 'approverMayBeAuthor: false, approvers: octo-manager')],
    ['a key that stands twice', (text) => `${text}\nversion: 1\n`],
    ['an alias that leads nowhere', (text) => `${text}\nx: *nope\n`],
    ['a tab', (text) => `${text}\nx:\n\ty: 1\n`],
  ])('is the same when this is wrong: %s', (_what, change) => {
    const { wayBack, problems } = read(change(policyText()));
    expect(wayBack?.targets.aws).toMatchObject({ production: { stack: 'CheckInProduction' }, ledger: { stack: 'CheckInDelivery' } });
    expect(problems).toContain('gates.yaml:');
  });

  test.each<[string, (text: string) => string | null, string]>([
    ['production is nowhere', swap('    production: { stack: CheckInProduction }\n', ''), 'targets.aws.production: is missing'],
    ['its ledger is misspelt', swap('ledger: { stack:', 'ledger: { stak:'), 'targets.aws.ledger: '],
    ['the account is none', swap('  aws:\n', '  aws:\n    account: "12"\n'), 'targets.aws.account: expected the 12 digits'],
    ['it is no YAML', () => '- [', 'targets: is missing'],
    ['it breaks off', () => 'targets: [', 'targets: '],
    ['its alias leads nowhere', () => 'targets: *nope', 'targets: is missing'],
    ['there is no file', () => null, 'targets: is missing'],
  ])('lacks what AWS needs when %s, which the twin does not', (_what, change, missing) => {
    const text = change(policyText());
    const { wayBack, missing: said, problems } = read(text);
    expect([wayBack, said.join('\n')]).toEqual([null, expect.stringContaining(missing)]);
    expect(problems).not.toBe('');
    expect(read(text, 'twin').wayBack?.targets.twin?.period).toBe(5000);
  });

  test('is not who may approve when the text has errors', () => {
    const text = swap('approverMayBeAuthor: false', 'approverMayBeAuthor: false, approvers: [octo-manager]')(policyText());
    const approversOf = (each: string) => readWayBack(each, 'gates.yaml', NOW, 'twin', 'approvers').wayBack?.approvers;
    expect([approversOf(text), approversOf(`${text}\nx:\n\ty: 1\n`)]).toEqual([['octo-manager'], undefined]);
  });

  test('on the twin is nothing when the policy names no target', () => {
    expect(read('targets: {}', 'twin').wayBack).toMatchObject({ targets: { twin: { period: 5000 } }, environment: {} });
    expect(read('targets: {}').wayBack?.targets.aws).toBeUndefined();
  });
});
