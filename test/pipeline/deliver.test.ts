import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodeOf } from '../../src/cli/exit-code';
import { evaluate } from '../../src/gates/evaluate';
import type { Evidence } from '../../src/gates/evidence-schema';
import { resolveStage, stagesOf } from '../../src/gates/policy/resolve';
import { latestReport } from '../../src/ledger/history';
import { deliver } from '../../src/pipeline/deliver';
import { recordRun } from '../../src/pipeline/judge-run';
import { newEntry } from '../../src/pipeline/production';
import { runStage } from '../../src/pipeline/run-stage';
import { openWorkspace } from '../../src/pipeline/workspace';
import { type BuildOptions, buildEvidence, NOW, policyOf } from '../gates/builders';
import { fakeTarget, OLD, RELEASE } from './fake-target';

jest.mock('../../src/pipeline/run-stage');

const { policy, digest: policyDigest } = policyOf();
const ON_AWS: BuildOptions = { target: 'aws', profile: 'standard', periodMs: 60_000 };
const WHEN = NOW.getTime() + 2 * 3600 * 1000;

/** A whole delivery on AWS in one process, of stages that saw what `behaviour` says. */
async function delivered(behaviour: BuildOptions['all'] = {}, before: Evidence | null = null) {
  const directory = mkdtempSync(join(tmpdir(), 'deliver-'));
  const zipPath = join(directory, 'package.zip');
  writeFileSync(zipPath, 'the package');
  const workspace = await openWorkspace(join(directory, 'state'));
  try {
    await workspace.ledger.append(newEntry('aws', { digest: OLD, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
    if (before !== null) {
      const report = evaluate({ evidence: before, policy, policyDigest, toolVersion: '0' });
      await recordRun(workspace, { evidence: before, report });
      await workspace.ledger.append(newEntry('aws', before.release, { kind: 'promotion', from: OLD }));
    }
    const measured = buildEvidence({ ...ON_AWS, all: behaviour });
    jest.mocked(runStage).mockImplementation(async ({ stage }) => {
      const found = measured.stages.find(({ name }) => name === stage.name);
      if (found === undefined) throw new Error(`${stage.name} was not to run`);
      return found;
    });
    const target = { ...fakeTarget(), name: 'aws' as const };
    const stages = stagesOf(policy, 'standard').map((name) => {
      const resolved = resolveStage(policy, name, 'standard');
      if (!resolved.ok) throw new Error(resolved.problem);
      return resolved.value;
    });
    // Staging of the fake serves what production does not.
    const deploy: typeof target.deploy = async () => ({ ...(await target.describe('staging')), servingDigest: RELEASE.packageDigest });
    const delivery = await deliver({
      target: { ...target, deploy },
      release: { ...RELEASE, zipPath },
      policy,
      policyDigest,
      profile: 'standard',
      stages,
      settings: { periodMs: 60_000, pollMs: 10, deadlineMs: 100, floorDeadlineMs: 100 },
      workspace,
      delivery: null,
      toolVersion: '0',
      k6: 'k6',
      root: '.',
      directory,
      signal: new AbortController().signal,
      listener: () => undefined,
    });
    return { ...delivery, calls: target.calls, recorded: latestReport(await workspace.ledger.read(), RELEASE.digest) };
  } finally {
    await workspace.close();
    rmSync(directory, { recursive: true });
  }
}

describe('a delivery on AWS in one process', () => {
  beforeEach(() =>
    jest.useFakeTimers({ now: WHEN, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask'] }),
  );
  afterEach(() => jest.useRealTimers());

  test('qualifies, writes it down, and waits for an approval that nobody can give it', async () => {
    const { report, calls, recorded } = await delivered();
    expect(report.promotion).toMatchObject({ state: 'awaiting-approval', from: OLD, to: RELEASE.digest });
    expect(report.promotion.reason).toContain('tidegate promote');
    expect([exitCodeOf(report), recorded?.verdict, calls]).toEqual([0, 'passed', []]);
  });

  test('compares with what the ledger says was promoted last, in the report and in what is on record', async () => {
    const before = buildEvidence(ON_AWS);
    const { report, recorded, baseline } = await delivered({}, before);
    expect(baseline?.evidence).toEqual(before);
    expect(report.baseline).toMatchObject({ release: { digest: before.release.digest } });
    expect(recorded?.baseline).toEqual(report.baseline);
    expect((await delivered()).report.baseline).toBeNull();
  });

  test('refuses what did not pass as it does anywhere', async () => {
    const { report, calls, recorded } = await delivered({ leakPerSecond: 60 });
    expect(report.promotion).toMatchObject({ state: 'refused', reason: expect.stringMatching(/^verdict-not-passed: /) });
    expect([exitCodeOf(report), recorded?.verdict, calls]).toEqual([1, 'failed', []]);
  });
});
