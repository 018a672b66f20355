import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addEvaluate } from '../../src/cli/commands/evaluate';
import { writeReportFiles } from '../../src/cli/report-files';
import { canonicalJson, digestOf } from '../../src/gates/canonical';
import { evaluate } from '../../src/gates/evaluate';
import type { Evidence } from '../../src/gates/evidence-schema';
import { gateReportSchema } from '../../src/gates/report-schema';
import { recordRun } from '../../src/pipeline/judge-run';
import { toolVersion } from '../../src/pipeline/tool-version';
import { buildEvidence, policyOf, policyText } from '../gates/builders';
import { gateOf, swap } from '../gates/helpers';
import { OLD } from '../pipeline/fake-target';
import { runCommand } from './command-bench';
import { PRODUCTION, promoteBench } from './promote-bench';

jest.mock('../../src/pipeline/run-stage');
jest.mock('../../src/report/html', () => ({ renderHtml: () => '' }));

const LINE = '      - { id: redis-connection-leak,';
const COMPARING = swap(
  LINE,
  `      - { id: slower, judge: baseline, of: client.p95, maxIncrease: 10%, maxIncreaseAbsolute: 1ms }\n${LINE}`,
);
const { policy, digest: policyDigest } = policyOf(COMPARING(policyText()));

const promoted = (p95: number): Evidence => {
  const evidence = buildEvidence({ policy, all: { p95 } });
  return { ...evidence, release: { ...evidence.release, digest: OLD, packageDigest: OLD, commit: PRODUCTION } };
};
const given = (evidence: Evidence) => ({ evidence, digest: digestOf(canonicalJson(evidence)) });

describe('a run that was compared', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'compared-'));
    writeFileSync(join(root, 'gates.yaml'), COMPARING(policyText()));
    writeFileSync(join(root, 'package.json'), '{ "version": "0.1.0" }');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const again = (...options: readonly string[]) =>
    runCommand(root, ['evaluate', '--policy', 'gates.yaml', '--evidence', 'out/evidence.json', '--json', ...options], addEvaluate);
  const judged = (baseline: ReturnType<typeof given> | null) => {
    const run = buildEvidence({ policy, all: { p95: 9 } });
    const evidence = { ...run, release: { ...run.release, digest: `sha256:${'c'.repeat(64)}` } };
    const version = toolVersion(join(__dirname, '..', '..'));
    return { evidence, baseline, report: evaluate({ evidence, policy, policyDigest, toolVersion: version, baseline }) };
  };

  it('leaves what it was compared with, so that its report can be drawn again byte for byte', async () => {
    const run = judged(given(promoted(8)));
    await writeReportFiles(join(root, 'out'), run);
    expect(gateOf(run.report, 'slower')).toMatchObject({ verdict: 'passed', reason: 'no-worse-than-baseline' });
    const { stdout } = await again('--baseline', 'out/baseline.json');
    expect(stdout).toBe(readFileSync(join(root, 'out', 'gate-report.json'), 'utf8'));
    // Without it the comparison is missing, and a missing one is no pass.
    expect(await again()).toMatchObject({ code: 2 });
    expect(await again('--baseline', 'gone.json')).toMatchObject({
      code: 64,
      message: expect.stringMatching(/^gone\.json: cannot be read/),
    });
    expect(await again('--baseline', 'gates.yaml')).toMatchObject({ code: 64, message: expect.stringMatching(/^gates\.yaml: not JSON/) });
  });

  it('does not keep what an earlier run was compared with', async () => {
    await writeReportFiles(join(root, 'out'), judged(given(promoted(8))));
    await writeReportFiles(join(root, 'out'), judged(null));
    expect(existsSync(join(root, 'out', 'baseline.json'))).toBe(false);
    expect((await again()).stdout).toBe(readFileSync(join(root, 'out', 'gate-report.json'), 'utf8'));
  });
});

describe('a promotion', () => {
  const bench = promoteBench();
  /** Production's release, with the evidence that it was promoted for. */
  const servingWith = async (p95: number) => {
    const evidence = promoted(p95);
    const report = evaluate({ evidence, policy: policyOf().policy, policyDigest: policyOf().digest, toolVersion: '0' });
    expect(report.verdict).toBe('passed');
    await bench().ledger((workspace) => recordRun(workspace, { evidence, report }));
    await bench().append(OLD, { kind: 'promotion', from: null }, PRODUCTION);
    bench().edit(COMPARING);
  };

  it('counts the verdict against what the ledger says was promoted last', async () => {
    await servingWith(8);
    const { report } = await bench().promote('--dry-run');
    expect(report).toMatchObject({
      verdict: 'passed',
      promotion: { state: 'not-asked' },
      baseline: { release: { digest: OLD, commit: PRODUCTION } },
    });
    const out = join(bench().root, 'tidegate-report');
    expect(JSON.parse(readFileSync(join(out, 'baseline.json'), 'utf8'))).toEqual(promoted(8));
  });

  it('is refused when the release is worse, though its own run had nothing to compare with', async () => {
    await servingWith(4);
    const { code, report } = await bench().promote();
    expect({ code, report }).toMatchObject({ code: 1, report: { verdict: 'failed', promotion: { state: 'refused' } } });
    expect(gateOf(gateReportSchema.parse(report), 'slower')).toMatchObject({ reason: 'worse-than-baseline' });
  });

  it('is refused without a baseline when the policy asks for one', async () => {
    bench().edit(COMPARING);
    expect(await bench().promote()).toMatchObject({
      code: 2,
      report: { verdict: 'inconclusive', reason: 'baseline-missing', baseline: null },
    });
  });
});
