import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '../../src/gates/canonical';
import { evaluate } from '../../src/gates/evaluate';
import { type Evidence, evidenceSchema } from '../../src/gates/evidence-schema';
import type { StageName } from '../../src/gates/vocabulary';
import { newEntry } from '../../src/pipeline/production';
import { mergeEvidence, storedEvidence, withPlanned } from '../../src/pipeline/stored-evidence';
import { openWorkspace, type Workspace } from '../../src/pipeline/workspace';
import { type BuildOptions, buildEvidence, policyOf } from '../gates/builders';
import { NEW } from './fake-target';

const { policy, digest } = policyOf();
const STAGES = ['smoke', 'soak', 'spike'] as const;
const part = (stages: readonly StageName[], more: BuildOptions = {}) => buildEvidence({ policy, stages, ...more });

describe('the evidence of a release', () => {
  let state: string;
  let workspace: Workspace;
  beforeEach(async () => {
    state = mkdtempSync(join(tmpdir(), 'state-'));
    workspace = await openWorkspace(state);
  });
  afterEach(async () => {
    await workspace.close();
    rmSync(state, { recursive: true, force: true });
  });

  async function stored(...kept: readonly Evidence[]): Promise<Evidence | null> {
    for (const each of kept) {
      const evidence = await workspace.objects.put(Buffer.from(canonicalJson(each)));
      await workspace.ledger.append(newEntry('aws', { digest: NEW, commit: 'c1' }, { kind: 'evidence', evidence }));
    }
    return storedEvidence(workspace, await workspace.ledger.read(), NEW, () => STAGES);
  }
  const verdictOf = (evidence: Evidence | null) =>
    evaluate({ evidence: evidenceSchema.parse(evidence), policy, policyDigest: digest, toolVersion: '0' }).verdict;

  test('is null when there is none, and the newest when that is of every stage', async () => {
    expect(await stored()).toBeNull();
    const whole = part(STAGES);
    expect(await stored(part(STAGES, { all: { leakPerSecond: 60 } }), whole)).toEqual(whole);
  });

  test('of stages that were judged one by one is that of all of them', async () => {
    const merged = await stored(part(['smoke']), part(['soak']), part(['spike']));
    expect(merged?.plannedStages).toEqual(STAGES);
    expect(merged?.stages.map(({ name, attempt }) => `${name} ${attempt}`)).toEqual(['smoke 1', 'soak 1', 'spike 1']);
    expect(verdictOf(merged)).toBe('passed');
  });

  test('lacks the stages that nobody judged', async () => {
    expect((await stored(part(['smoke'])))?.plannedStages).toEqual(['smoke']);
  });

  test('keeps a stage that failed, until everything is measured again', async () => {
    const failed = part(['soak'], { all: { leakPerSecond: 60 } });
    expect(verdictOf(await stored(part(['smoke']), failed, part(['soak']), part(['spike'])))).toBe('failed');
    expect(verdictOf(await stored(part(STAGES)))).toBe('passed');
    // What came before the last whole run is past.
    expect(verdictOf(await stored(part(['soak'])))).toBe('passed');
  });

  test('does not forget a failure because somebody asked for a promotion too early', async () => {
    const failed = part(['soak'], { all: { leakPerSecond: 60 } });
    const asked = withPlanned(failed, STAGES);
    const merged = await stored(failed, asked, part(['smoke']), part(['soak']), part(['spike']));
    expect(verdictOf(merged)).toBe('failed');
    expect(merged?.stages.map(({ name, attempt }) => `${name} ${attempt}`)).toEqual(['soak 1', 'smoke 1', 'soak 2', 'spike 1']);
  });

  test('is whole although somebody asked for a promotion before the last stage was measured', async () => {
    const [smoke, soak] = [part(['smoke']), part(['soak'])];
    const asked = withPlanned(mergeEvidence([smoke, soak]), STAGES);
    expect(verdictOf(await stored(smoke, soak, asked, part(['spike'])))).toBe('passed');
  });

  test('keeps the failure of a run that ended with it, when the stages are measured one by one later', async () => {
    const ended = part(['smoke', 'soak'], { planned: STAGES, all: { leakPerSecond: 60 } });
    expect(verdictOf(await stored(ended, part(['smoke']), part(['soak']), part(['spike'])))).toBe('failed');
  });

  test('is not broken off for good: what a run could not measure was measured afterwards', async () => {
    const broken = { ...part([], { planned: STAGES }), fault: { reason: 'deploy-failed', detail: 'The stack rolled back.' } };
    expect(verdictOf(await stored(broken, part(['smoke']), part(['soak'])))).toBe('inconclusive');
    expect((await storedEvidence(workspace, await workspace.ledger.read(), NEW, () => STAGES))?.fault).toBeDefined();
    expect(verdictOf(await stored(part(['spike'])))).toBe('passed');
  });

  test('of another profile is not mixed in', async () => {
    const merged = await stored(part(['smoke'], { profile: 'standard' }), part(['soak']), part(['spike']));
    expect(merged?.plannedStages).toEqual(['soak', 'spike']);
  });
});
