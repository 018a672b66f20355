import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type LoadPart, partOf } from '../../src/evidence/k6/part';
import { addLine, createTally } from '../../src/evidence/k6/tally';
import { type ResolvedStage, resolveStage } from '../../src/gates/policy/resolve';
import { ConfigurationError } from '../../src/pipeline/errors';
import { readParts, stageFromParts, writePart } from '../../src/pipeline/load-parts';
import type { StageRun } from '../../src/pipeline/stage-run';
import { policyOf } from '../gates/builders';
import { constant } from '../k6/plan';
import { fakeTarget } from './fake-target';

/** Long over: nothing waits for it. */
const START = Date.parse('2025-01-01T00:00:00Z');
const DEPLOYED_AT = new Date(START - 60_000);
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parts-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function soak(segments = 2): ResolvedStage {
  const resolved = resolveStage(policyOf().policy, 'soak', 'quick');
  if (!resolved.ok) throw new Error(resolved.problem);
  return { ...resolved.value, segments };
}

/** One request of a generator, of the soak's own plan. */
function part(index: number, of = 2, rest: Partial<LoadPart> = {}): LoadPart {
  const tally = createTally(soak().plan, START, of);
  const request = {
    kind: 'request',
    at: START + 20_000,
    durationMs: 10,
    status: 200,
    timedOut: false,
    scenario: 'load',
    vu: null,
  } as const;
  addLine(tally, { ...request, route: 'GET /health' });
  const run = { outcome: 'completed', exitCode: 0, detail: null, k6Version: '2.2.0', cpuPressure: null, summary: null } as const;
  return { ...partOf({ segment: { index, of }, tally, ...run }), ...rest };
}

describe('parts in files', () => {
  it('come back as they were written', async () => {
    await writePart(join(directory, 'deep', 'b.json'), part(2));
    await writePart(join(directory, 'deep', 'a.json'), part(1));
    expect(await readParts(join(directory, 'deep'))).toEqual([part(1), part(2)]);
  });

  it.each<[string, readonly [string, string][], string]>([
    ['an empty directory', [], 'holds no part of a load'],
    ['a file that is no JSON', [['a.json', '{']], 'a.json: not JSON'],
    ['a file that is something else', [['a.json', '{}']], 'a.json: not a part of a load of this version: schemaVersion'],
    [
      'a later version',
      [['a.json', JSON.stringify({ ...part(1), schemaVersion: 2 })]],
      'a.json: not a part of a load of this version: schemaVersion',
    ],
    ['a part twice', ['a.json', 'b.json'].map((name) => [name, JSON.stringify(part(1))]), 'b.json is generator 1 of 2, and so is a.json'],
    [
      'parts of two loads',
      [
        ['a.json', JSON.stringify(part(1))],
        ['b.json', JSON.stringify(part(2, 2, { startAt: START + 60_000 }))],
      ],
      'b.json began at',
    ],
  ])('%s is refused by name', async (_, files, message) => {
    for (const [name, text] of files) writeFileSync(join(directory, name), text);
    await expect(readParts(directory)).rejects.toThrow(ConfigurationError);
    await expect(readParts(directory)).rejects.toThrow(message);
  });

  it('cannot come from a directory that is not there', async () => {
    await expect(readParts(join(directory, 'none'))).rejects.toThrow('cannot be read');
  });
});

describe('a stage whose load was made elsewhere', () => {
  async function runOf(stage = soak()): Promise<StageRun> {
    const target = { ...fakeTarget(), cloudWatch: { send: async () => ({ MetricDataResults: [] }) } as unknown as CloudWatchClient };
    return {
      target,
      tier: 'staging',
      description: { ...(await target.describe('staging')), deployedAt: DEPLOYED_AT },
      stage,
      settings: { periodMs: 5000, pollMs: 5, deadlineMs: 20, floorDeadlineMs: 20 },
      attempt: 1,
      quietSince: 0,
      k6: 'k6',
      root: '.',
      directory,
      signal: new AbortController().signal,
      listener: () => undefined,
    };
  }

  it('has its window, its merged counts, and no verdict where a generator is missing', async () => {
    const evidence = await stageFromParts(await runOf(), [part(2), part(1)]);
    expect(evidence.window).toEqual({ start: new Date(START).toISOString(), end: new Date(START + 70_000).toISOString() });
    expect(evidence.load).toMatchObject({ outcome: 'completed', requests: 2, judged: [{ route: 'GET /health', requests: 2 }] });
    expect(evidence.series.map(({ metric }) => metric)).toContain('client.requests');
    expect((await stageFromParts(await runOf(), [part(2)])).load).toMatchObject({
      outcome: 'failed',
      detail: 'generator 1 of 2 gave no result',
    });
  });

  it.each<[string, ResolvedStage, Partial<LoadPart>, string]>([
    [
      'a failover, which no machine of theirs can cause',
      soak(),
      { plan: { ...constant(1, 1000), failoverAtMs: 500 } },
      'nobody loses the primary',
    ],
    ['another plan', soak(), { plan: constant(1, 1000) }, 'of another load'],
    ['another number of generators', soak(4), {}, 'of 2 generators, the policy says segments: 4'],
    ['a start within a period', soak(), { startAt: START + 1000 }, 'no boundary'],
    ['a load on what was deployed before', soak(), { startAt: START - 120_000 }, 'before what serves now was deployed'],
  ])('is refused with %s', async (_, stage, rest, message) => {
    const parts = [1, 2].map((index) => part(index, 2, rest));
    await expect(stageFromParts(await runOf(stage), parts)).rejects.toThrow(message);
  });
});
