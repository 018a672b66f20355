import type { Chart } from '../../src/report/charts/chart';
import { PLACEHOLDERS } from '../../src/report/charts/palette';
import { chartsOf } from '../../src/report/charts/stage-charts';
import { chartSvg, describe as inWords } from '../../src/report/charts/svg';
import { xyChart } from '../../src/report/markdown/mermaid';
import { FAILED_RUN, INCONCLUSIVE_RUN, type SampleRun, SHIPPED_RUN } from '../../src/report/samples/runs';

function chartsIn({ report, evidence }: SampleRun, stage: string): readonly Chart[] {
  const [of, from] = [report.stages.find(({ name }) => name === stage), evidence.stages.find(({ name }) => name === stage)];
  if (of === undefined || from === undefined) throw new Error(`the sample has no ${stage}`);
  return chartsOf(from, of);
}

function chartNamed(run: SampleRun, stage: string, name: string): Chart {
  const found = chartsIn(run, stage).find(({ id }) => id.endsWith(name));
  if (found === undefined) throw new Error(`no chart ${name}`);
  return found;
}

const soak = (name: string) => chartNamed(SHIPPED_RUN, 'soak', name);

test('a soak has its five charts, a stage too short for CloudWatch only what k6 saw', () => {
  expect(chartsIn(SHIPPED_RUN, 'soak').map(({ id }) => id)).toEqual(
    ['connections', 'per-environment', 'new-connections', 'requests', 'latency'].map((name) => `staging-soak-${name}`),
  );
  expect(chartsIn(SHIPPED_RUN, 'smoke').map(({ id }) => id)).toEqual(['staging-smoke-latency']);
});

test('limits, floor and windows are where the report and the evidence have them', () => {
  expect(soak('connections').levels.map(({ label, value }) => [label, value])).toEqual([
    ['floor', 4],
    ['idle limit', 22],
  ]);
  expect(soak('connections').lines.map(({ label }) => label)).toEqual(['all nodes', 'primary (staging-001)', 'replica (staging-002)']);
  expect(soak('per-environment').levels.map(({ value }) => value)).toEqual([3]);
  expect(soak('new-connections').levels.map(({ value }) => value)).toEqual([0.05]);
  expect(soak('requests').note).toContain('≤ 0.1 %');
  const spike = chartNamed(SHIPPED_RUN, 'spike', 'latency');
  expect(spike.levels).toEqual([
    { label: 'recovered below', kind: 'limit', value: 58, window: { start: '2026-01-31T10:02:02.000Z', end: '2026-01-31T10:02:10.000Z' } },
  ]);
  expect(soak('latency').load).toEqual({ start: '2026-01-31T10:00:20.000Z', end: '2026-01-31T10:01:30.000Z' });
});

test('an unsettled floor is said, not drawn', () => {
  const [of, from] = [SHIPPED_RUN.report.stages[1], SHIPPED_RUN.evidence.stages[1]];
  if (of === undefined || from === undefined) throw new Error('no soak');
  const start = Date.parse(from.window.start);
  const restless = {
    ...from,
    series: from.series.map((series) =>
      series.metric === 'redis.connections' ? { ...series, points: series.points.filter(([at]) => at >= start) } : series,
    ),
  };
  const [connections] = chartsOf(restless, of);
  expect(connections?.levels.map(({ kind }) => kind)).toEqual(['limit']);
  expect(connections?.note).toContain('floor before the load was not settled');
});

describe('svg', () => {
  test('equal charts give equal bytes, whatever was drawn before', () => {
    const first = chartSvg(soak('connections'));
    chartSvg(soak('latency'));
    expect(chartSvg(soak('connections'))).toBe(first);
  });

  test('has the reader’s colours, no session’s names and nothing that acts', () => {
    for (const chart of chartsIn(SHIPPED_RUN, 'soak')) {
      const svg = chartSvg(chart);
      for (const placeholder of Object.values(PLACEHOLDERS)) expect(svg).not.toContain(placeholder);
      expect(svg).not.toMatch(/zr\d|ecmeta|<style|class=|<script|href=/);
      expect(svg).toMatch(/^<svg role="img" aria-label="[^"]+" /);
      expect(svg).toContain('var(--chart-main)');
    }
  });

  test('a missing datapoint is a gap in the line', () => {
    const whole = soak('per-environment');
    const [line] = whole.lines;
    if (line === undefined) throw new Error('no line');
    const broken: Chart = {
      ...whole,
      lines: [
        { ...line, timeline: { ...line.timeline, points: line.timeline.points.map(([at, value], i) => [at, i === 10 ? null : value]) } },
      ],
    };
    const strokes = (svg: string) =>
      /<path d="([^"]+)"[^>]*stroke="var\(--chart-main\)" stroke-width="2.25"/.exec(svg)?.[1]?.match(/M/g)?.length;
    expect(strokes(chartSvg(whole))).toBe(1);
    expect(strokes(chartSvg(broken))).toBe(2);
  });

  test('says in words what it shows', () => {
    expect(inWords(chartNamed(FAILED_RUN, 'soak', 'per-environment'))).toBe(
      'Redis connections per execution environment, 10:00:00 to 10:01:40 UTC. connections per environment: highest 350, last 350; limit 3.',
    );
  });
});

describe('mermaid', () => {
  test('is bounded, in ASCII, with the limit as a second line', () => {
    const text = xyChart(chartNamed(FAILED_RUN, 'soak', 'per-environment')) ?? '';
    expect(text).toMatch(/^```mermaid\nxychart-beta\n {2}title "[ -~]+"\n/);
    expect(text.match(/^ {2}line \[/gm)).toHaveLength(2);
    expect(text).not.toMatch(/%%|[^\n -~]/);
  });

  test('never has more than 40 points, and the peak among them', () => {
    const latency = chartNamed(SHIPPED_RUN, 'spike', 'latency');
    const long: Chart = {
      ...latency,
      lines: latency.lines.map((line) => ({
        ...line,
        role: 'main',
        timeline: {
          periodMs: 1000,
          points: Array.from({ length: 900 }, (_, i) => [Date.parse(latency.load.start) + i * 1000, i === 457 ? 999 : 5]),
        },
      })),
    };
    const points = /line \[([^\]]+)\]/.exec(xyChart(long) ?? '')?.[1]?.split(', ') ?? [];
    expect(points.length).toBeLessThanOrEqual(40);
    expect(points).toContain('999');
    expect(/x-axis "[^"]+" \[([^\]]+)\]/.exec(xyChart(long) ?? '')?.[1]?.split(', ')).toHaveLength(points.length);
  });

  test('leaves out missing datapoints, and draws nothing below three', () => {
    const fading = chartNamed(INCONCLUSIVE_RUN, 'soak', 'per-environment');
    expect(/line \[([^\]]+)\]/.exec(xyChart(fading) ?? '')?.[1]?.split(', ')).toHaveLength(7);
    const [line] = fading.lines;
    if (line === undefined) throw new Error('no line');
    expect(
      xyChart({ ...fading, lines: [{ ...line, timeline: { ...line.timeline, points: line.timeline.points.slice(0, 6) } }] }),
    ).toBeNull();
  });
});
