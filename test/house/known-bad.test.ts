import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aloneOn } from '../../scripts/known-bad/alone';
import { declarationOf } from '../../scripts/known-bad/declaration';
import { outcomeOf } from '../../scripts/known-bad/outcome';
import { printTable } from '../../scripts/known-bad/table';
import { evaluate } from '../../src/gates/evaluate';
import { gatesOf, resolveStage } from '../../src/gates/policy/resolve';
import { STAGES } from '../../src/gates/vocabulary';
import { buildEvidence, policyOf } from '../gates/builders';

const { policy, digest } = policyOf();

const yard = ['bad', 'good'].flatMap((folder) =>
  readdirSync(join('test/releases', folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const path = `test/releases/${folder}/${file}`;
      return { path, folder, declared: declarationOf(readFileSync(path, 'utf8'), path) };
    }),
);

describe('what the releases declare', () => {
  test.each(yard)('$path', ({ folder, declared }) => {
    expect(declared.verdict).toBe(folder === 'bad' ? 'failed' : 'passed');
    if (declared.verdict !== 'failed') return;
    const enforced = STAGES.filter((stage) => resolveStage(policy, stage, declared.profile).ok).flatMap((stage) =>
      gatesOf(policy, stage).filter(({ mode }) => mode === 'enforce'),
    );
    expect(enforced.map(({ id }) => id)).toContain(declared.stoppedBy);
  });

  const opening = (text: string) => () => declarationOf(`/**\n * A release.\n${text} */`, 'x.ts');
  test.each([
    ['no verdict', '', '@verdict passed'],
    ['a bad one that no gate must stop', ' * @verdict failed\n', '@stopped-by'],
    ['a good one that a gate must stop', ' * @verdict passed\n * @stopped-by api-5xx\n', '@verdict passed'],
    ['a profile that is none', ' * @verdict passed\n * @profile quik\n', 'quik'],
  ])('%s is refused', (_, text, said) => expect(opening(text)).toThrow(said));
});

describe('what others would have said on the same run', () => {
  test('nothing of a healthy one', () => expect(aloneOn(buildEvidence())).toEqual({ k6: [], cloudWatch: [] }));

  test('a leak below every limit passes both: the reason why this exists', () => {
    expect(aloneOn(buildEvidence({ only: { soak: { leakPerSecond: 60 } } }))).toEqual({ k6: [], cloudWatch: [] });
  });

  test('what they do see', () => {
    const evidence = buildEvidence({ only: { soak: { share5xx: 0.5, checksFailed: 0.5, throttlesPerPeriod: 3, leakPerSecond: 20_000 } } });
    const slow = evidence.stages.map((stage) => ({
      ...stage,
      load: stage.load && { ...stage.load, statuses: { '200': 1, '500': stage.load.requests - 1 } },
    }));
    const { k6, cloudWatch } = aloneOn({ ...evidence, stages: slow });
    expect(k6).toEqual(['http_req_failed: rate<0.01', 'checks: rate>0.99']);
    expect(cloudWatch).toEqual(['5xx > 1 %', 'Throttles > 0', 'CurrConnections > 80 % of 65,000']);
  });
});

describe('the table', () => {
  const run = (behaviour: Parameters<typeof buildEvidence>[0], stoppedBy: string, promotion: 'refused' | 'promoted', seconds: number) => {
    const evidence = buildEvidence(behaviour);
    const judged = evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0.1.0' });
    const report = { ...judged, promotion: { ...judged.promotion, state: promotion } };
    const expectation = { verdict: 'failed', stoppedBy, profile: 'quick' } as const;
    return outcomeOf({ name: 'bad/leak', expectation, code: promotion === 'refused' ? 1 : 0, report, evidence, seconds, earlyStop: true });
  };
  const leaking = { only: { soak: { connectionsPerEnvironment: 5 } } };

  test('one row a release, with what fired in how many runs', () => {
    const text = printTable([
      run(leaking, 'redis-connection-leak', 'refused', 40),
      run({ only: { soak: { connectionsPerEnvironment: 5, throttlesPerPeriod: 1 } } }, 'redis-connection-leak', 'refused', 50),
    ]);
    expect(text).toMatch(/\| bad\/leak \| redis-connection-leak \| 2 of 2 \| .*lambda-throttles \(1 of 2\).* \| 45 s \| pass \|/);
    expect(text).toContain('Bad: 2 runs, 0 promoted, 2 blocked by the declared gate; good: 0 runs, 0 blocked.');
    expect(text).toContain('k6 thresholds alone would have passed 2 of the 2 bad runs');
  });

  test('blocked by another gate than the declared one is not as declared', () => {
    expect(run(leaking, 'api-5xx', 'refused', 40).asDeclared).toBe(false);
    expect(printTable([run(leaking, 'api-5xx', 'refused', 40)])).toContain('0 of 1 (**failed, refused, exit 1**)');
  });

  test('a bad release that was promoted cannot be overlooked', () => {
    expect(printTable([run({}, 'redis-connection-leak', 'promoted', 40)])).toContain('0 of 1 (**passed, promoted, exit 0**)');
  });
});
