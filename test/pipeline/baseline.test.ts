import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, digestOf } from '../../src/gates/canonical';
import { evaluate } from '../../src/gates/evaluate';
import type { Evidence } from '../../src/gates/evidence-schema';
import type { LedgerEvent } from '../../src/ledger/entry';
import { LedgerUnreadableError } from '../../src/ledger/ledger';
import { comparedWith, findBaseline } from '../../src/pipeline/baseline';
import type { ProgressEvent } from '../../src/pipeline/events';
import { recordRun } from '../../src/pipeline/judge-run';
import { newEntry } from '../../src/pipeline/production';
import { openWorkspace, type Workspace } from '../../src/pipeline/workspace';
import { type BuildOptions, buildEvidence, policyOf, policyText } from '../gates/builders';

const { policy, digest: policyDigest } = policyOf();
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const PACKAGE_OF = { entry: 'e.ts', packageDigest: digest('0'), assemblyDigest: null };

/** Evidence of a release, told from another of the same by `p95`. */
function runOf(letter: string, p95 = 8, options: BuildOptions = {}): Evidence {
  const evidence = buildEvidence({ policy, stages: ['soak'], all: { p95 }, ...options });
  return { ...evidence, release: { ...evidence.release, ...PACKAGE_OF, digest: digest(letter), commit: `commit-${letter}` } };
}

describe('the evidence that a release is compared with', () => {
  let state: string;
  let workspace: Workspace;
  let warnings: string[];
  beforeEach(async () => {
    state = mkdtempSync(join(tmpdir(), 'baseline-'));
    workspace = await openWorkspace(state);
    warnings = [];
  });
  afterEach(async () => {
    await workspace.close();
    rmSync(state, { recursive: true, force: true });
  });

  const happens = (letter: string, event: LedgerEvent, target: 'twin' | 'aws' = 'twin') =>
    workspace.ledger.append(newEntry(target, { digest: digest(letter), commit: `commit-${letter}` }, event));
  const measured = async (evidence: Evidence) => {
    const report = evaluate({ evidence, policy, policyDigest, toolVersion: '0' });
    await recordRun(workspace, { evidence, report });
    return report.verdict;
  };
  const promote = (letter: string, target: 'twin' | 'aws' = 'twin') => happens(letter, { kind: 'promotion', from: null }, target);
  const qualifiedAndPromoted = async (letter: string, p95 = 8) => {
    expect(await measured(runOf(letter, p95))).toBe('passed');
    await promote(letter);
  };
  const listener = (event: ProgressEvent) => void (event.kind === 'warning' && warnings.push(event.text));
  const found = (
    letter = 'f',
    asked: Partial<Parameters<typeof findBaseline>[1]> = {},
    from: Parameters<typeof findBaseline>[0] = workspace,
  ) => findBaseline(from, { target: 'twin', profile: 'quick', digest: digest(letter), ...asked }, listener);
  const foundIn = async (...asked: Parameters<typeof found>) => (await found(...asked))?.evidence.release.commit ?? null;

  test('is that of the release that was promoted last', async () => {
    expect(await found()).toBeNull();
    await qualifiedAndPromoted('a');
    await qualifiedAndPromoted('b');
    await measured(runOf('c'));
    const baseline = await found();
    expect(baseline?.evidence).toEqual(runOf('b'));
    expect(baseline?.digest).toBe(digestOf(canonicalJson(runOf('b'))));
    expect(warnings).toEqual([]);
  });

  test('is never its own, also when it was promoted twice', async () => {
    await qualifiedAndPromoted('a');
    expect(await foundIn('a')).toBeNull();
    await qualifiedAndPromoted('b');
    await promote('b');
    expect(await foundIn('b')).toBe('commit-a');
    expect(await foundIn('a')).toBe('commit-b');
  });

  test('is not that of a stand-in that nobody qualified', async () => {
    await happens('a', { kind: 'installation', reason: 'production was empty' });
    expect(await foundIn()).toBeNull();
  });

  test('is not that of a release that was taken back in its canary', async () => {
    await qualifiedAndPromoted('a');
    await qualifiedAndPromoted('b');
    await happens('b', { kind: 'canary-rolled-back', kept: digest('a'), reason: 'production did not move' });
    expect(await foundIn()).toBe('commit-a');
  });

  test('is not that of a revoked release, which a rollback leaves behind', async () => {
    await qualifiedAndPromoted('a');
    await qualifiedAndPromoted('b');
    await happens('b', { kind: 'revocation', who: 'octo', reason: 'errors in production' });
    await happens('a', { kind: 'rollback', from: digest('b'), who: 'octo', reason: 'errors in production' });
    expect(await foundIn()).toBe('commit-a');
  });

  test('is not that of a release that was promoted although its gates had not passed', async () => {
    await qualifiedAndPromoted('a');
    expect(await measured(runOf('b', 8, { all: { leakPerSecond: 60 } }))).toBe('failed');
    await promote('b');
    expect(await foundIn()).toBe('commit-a');
    // What passes afterwards was not what it was promoted for.
    expect(await measured(runOf('b'))).toBe('passed');
    expect(await foundIn()).toBe('commit-a');
  });

  test('is that of a release that lacked nothing but a baseline: there has to be a first', async () => {
    const gate = (max: string) =>
      policyOf(
        policyText().replace(
          '      - { id: redis-new-connections,',
          `      - { id: slower, judge: baseline, of: client.p95, maxIncrease: 20%, maxIncreaseAbsolute: 5ms${max} }\n      - { id: redis-new-connections,`,
        ),
      );
    const first = async (letter: string, options: BuildOptions = {}) => {
      const evidence = runOf(letter, 8, { ...options, policy: gate('').policy });
      const report = evaluate({ evidence, policy: gate('').policy, policyDigest, toolVersion: '0' });
      await recordRun(workspace, { evidence, report });
      await promote(letter);
      return report.reason;
    };
    expect(await first('a')).toBe('baseline-missing');
    expect(await foundIn()).toBe('commit-a');
    // Whatever else was set aside must not become the measure.
    expect(await first('b', { all: { load: { cpuPressure: 99 } } })).toBe('load-not-applied');
    expect(await first('c', { stages: ['soak'], planned: ['soak', 'spike'] })).toBe('baseline-missing');
    expect(await first('d', { all: { leakPerSecond: 60 } })).toBe('gates-failed');
    expect(await foundIn()).toBe('commit-a');
  });

  test('is not that of a release whose gates failed later', async () => {
    await qualifiedAndPromoted('a');
    await qualifiedAndPromoted('b');
    expect(await measured(runOf('b', 8, { all: { leakPerSecond: 60 } }))).toBe('failed');
    expect(await foundIn()).toBe('commit-a');
  });

  test('is the newest that passed, and the whole one rather than one stage that was judged alone', async () => {
    await qualifiedAndPromoted('a', 8);
    await measured(runOf('a', 9));
    expect(await measured(runOf('a', 8, { all: { load: { cpuPressure: 99 } } }))).toBe('inconclusive');
    expect((await found())?.evidence).toEqual(runOf('a', 9));
    const whole = runOf('a', 10, { stages: ['smoke', 'soak'] });
    await measured(whole);
    await measured(runOf('a', 11));
    expect((await found())?.evidence).toEqual(whole);
  });

  test('is of the same target and profile', async () => {
    await qualifiedAndPromoted('a');
    expect(await foundIn('f', { target: 'aws' })).toBeNull();
    expect(await foundIn('f', { profile: 'standard' })).toBeNull();
    // A release that has none under this profile hides none that has.
    await measured(runOf('b', 8, { profile: 'standard', periodMs: 60_000, target: 'aws' }));
    await promote('b');
    expect(await foundIn()).toBe('commit-a');
  });

  test('is none when it cannot be read or was altered, and that is said', async () => {
    await qualifiedAndPromoted('a');
    writeFileSync(await workspace.objects.path(digestOf(canonicalJson(runOf('a')))), '{}');
    expect(await foundIn()).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/^no baseline: its evidence cannot be read \(.*it was altered\)$/)]);
  });

  test('is none when there is no ledger: what only judges needs none', async () => {
    const ledger = { ...workspace.ledger, read: () => Promise.reject(new LedgerUnreadableError('the policy names no ledger')) };
    expect(await foundIn('f', {}, { ...workspace, ledger })).toBeNull();
    expect(warnings).toEqual(['no baseline: the ledger cannot be read (the policy names no ledger)']);
  });

  test('is compared stage by stage as the report will do it', async () => {
    await qualifiedAndPromoted('a');
    const [stage] = runOf('f').stages;
    if (stage === undefined) throw new Error('no soak');
    const run = { target: 'twin', profile: 'quick', release: { digest: digest('f') } } as const;
    expect(comparedWith(await found(), policy, run)(stage)).toMatchObject({ ok: true });
    expect(comparedWith(null, policy, run)(stage)).toMatchObject({ ok: false, reason: 'baseline-missing' });
    expect(comparedWith(await found(), policy, { ...run, release: { digest: digest('a') } })(stage)).toMatchObject({ ok: false });
  });
});
