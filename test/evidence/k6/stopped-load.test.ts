import { type LoadCut, spanOf } from '../../../src/evidence/k6/load-span';
import type { Peek } from '../../../src/evidence/k6/run-load';
import { addLine, createTally } from '../../../src/evidence/k6/tally';
import type { LoadEvidence } from '../../../src/gates/evidence-schema';
import { constant } from '../../k6/plan';
import { startCheckInServer } from './check-in-server';
import { load, surely, testDirectory } from './load-run';

const judgedRequests = ({ judged }: LoadEvidence) => judged.reduce((sum, { requests }) => sum + requests, 0);

describe('a load that is stopped in the middle', () => {
  it('is told by what ran of it; requests that the stop interrupts are in no count', async () => {
    const server = await startCheckInServer();
    const directory = testDirectory();
    try {
      server.behaveOn(/health/, 'hang');
      const plan = constant(40, 30_000, { requestTimeoutMs: 1000, judgedFromMs: 1000 });
      const startAt = surely(plan);
      const stop = new AbortController();
      const seen: { peek?: Peek; cut?: LoadCut } = {};
      setTimeout(
        () => {
          seen.cut = { stopMs: Date.now(), judgedEndMs: Math.floor(Date.now() / 1000) * 1000 };
          stop.abort();
        },
        startAt + 4300 - Date.now(),
      );
      const result = await load({
        plan,
        startAt,
        signal: stop.signal,
        baseUrl: server.url,
        directory: directory.path,
        onCounting: (peek) => {
          seen.peek = peek;
        },
        cut: () => seen.cut ?? null,
      });
      const { load: evidence, series } = result;
      expect(result.outcome).toBe('stopped');
      // 40/s from second 1 to second 3: those that began later may still have been under way.
      expect(evidence.plannedRate).toBe(40);
      // An arrival on the edge of a second may be counted in the one before it.
      expect(Math.abs(evidence.achievedRate - 40)).toBeLessThanOrEqual(2);
      expect(evidence.plannedIterations).toBeGreaterThan(165);
      expect(evidence.iterations).toBeLessThan(evidence.plannedIterations);
      expect(evidence.summary).toEqual({ iterations: evidence.iterations, requests: evidence.requests, dropped: 0 });
      const inWindow = series
        .filter(({ metric }) => metric === 'client.requests')
        .flatMap(({ points }) => points.filter(([at]) => at >= startAt + 1000 && at < startAt + 4000))
        .reduce((sum, [, value]) => sum + value, 0);
      expect(judgedRequests(evidence)).toBe(inWindow);

      const earlier = seen.peek?.({ stopMs: startAt + 3000, judgedEndMs: startAt + 3000 });
      expect(earlier?.load).toMatchObject({ outcome: 'stopped', summary: null, plannedIterations: 120, plannedRate: 40 });
    } finally {
      await server.stop();
      directory.remove();
    }
  }, 20_000);
});

describe('what counts of a part of a load', () => {
  const START = 1_790_000_000_000;
  const plan = constant(10, 20_000, { requestTimeoutMs: 2000, judgedFromMs: 2000 });
  const tally = createTally(plan, START);
  for (let at = 0; at < 10_000; at += 100) {
    const end = START + at + 50;
    addLine(tally, { kind: 'iteration', at: end, durationMs: 50, scenario: 'load' });
    const status = at >= 6000 ? 500 : 200;
    addLine(tally, { kind: 'request', at: end, durationMs: 50, status, timedOut: false, route: 'GET /a', scenario: 'load', vu: null });
  }
  const cut = (stop: number, judgedEnd: number) => spanOf(tally, plan, START, { stopMs: START + stop, judgedEndMs: START + judgedEnd });
  const requests = ({ judged }: ReturnType<typeof cut>) => judged.get('GET /a')?.requests ?? 0;

  it('is judged up to its own end, and not beyond', () => {
    const { judged, ...rates } = cut(9700, 9000);
    expect(rates).toEqual({ plannedIterations: 97, plannedRate: 10, achievedRate: 10 });
    expect(judged.get('GET /a')).toMatchObject({ requests: 70, failed: 30 });
    expect(requests(cut(6000, 6000))).toBe(40);
  });

  it('misses the iterations that did not begin', () => {
    // They end with second 10.
    expect(cut(14_000, 14_000)).toMatchObject({ plannedRate: 10, achievedRate: 8 });
  });

  it('has no rate when all that began may still be under way', () => {
    expect(cut(3900, 3000)).toMatchObject({ plannedRate: 0, achievedRate: 0 });
  });

  it('is all of it when nothing was cut', () => {
    expect(spanOf(tally, plan, START, null)).toMatchObject({ plannedIterations: 200, plannedRate: 10, achievedRate: 80 / 18 });
  });
});
