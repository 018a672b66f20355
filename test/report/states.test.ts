import { REASON_CODES, REASONS } from '../../src/gates/reasons';
import type { GateReport } from '../../src/gates/report-schema';
import { renderAnnotations } from '../../src/report/annotations';
import { renderComment } from '../../src/report/comment';
import { headlineOf } from '../../src/report/headline';
import { reportModel } from '../../src/report/model';
import { nextStep } from '../../src/report/next-steps';
import { SAMPLES } from '../../src/report/samples/states';
import { renderTerminal } from '../../src/report/terminal';

function sample(name: string) {
  const found = SAMPLES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no sample ${name}`);
  return found;
}

test.each([
  ['evaluated-passed', '✅', 'Passed: all 25 gates passed'],
  ['evaluated-failed', '❌', 'Failed: redis-connection-leak failed (7 of 25 gates)'],
  ['evaluated-inconclusive', '⚠️', 'No verdict: redis-connection-leak reached no verdict (3 of 25 gates)'],
  ['awaiting-approval', '✋', 'Awaiting approval: all 25 gates passed'],
  ['promoting', '⏳', 'Promoting behind a canary: all 25 gates passed'],
  ['promoted', '✅', 'Promoted: all 28 gates passed'],
  ['rejected', '🚫', 'Rejected: all 25 gates passed'],
  ['superseded', '⏭️', 'Superseded: all 25 gates passed'],
  ['rolled-back', '↩️', 'Rolled back: canary-errors failed (2 of 28 gates)'],
  ['refused-failed', '❌', 'Not promoted: redis-connection-leak failed (7 of 25 gates)'],
  ['refused-inconclusive', '⚠️', 'Not promoted: redis-connection-leak reached no verdict (3 of 25 gates)'],
  ['refused-stale', '⛔', 'Not promoted, although all 25 gates passed'],
  ['overridden', '⚠️', 'Promoted by override: redis-connection-leak reached no verdict (3 of 25 gates)'],
])('%s is headed by its state in words', (name, icon, title) => {
  expect(headlineOf(sample(name).report)).toMatchObject({ icon, title });
  expect(renderComment(sample(name).report, sample(name).evidence)).toContain(`### ${icon} ${title} · `);
});

test('a verdict other than passed is never headed as good', () => {
  for (const { report } of SAMPLES) {
    if (report.verdict !== 'passed')
      expect([report.promotion.state, headlineOf(report).tone]).not.toEqual([report.promotion.state, 'good']);
  }
});

test('a report without any gate claims nothing', () => {
  const empty: GateReport = { ...sample('evaluated-inconclusive').report, stages: [], reason: 'not-run' };
  expect(headlineOf(empty).title).toBe('No verdict: no gate was judged');
  expect(renderComment(empty, null)).toContain('No verdict');
});

test('an override comes before everything else, and the verdict stays what it was', () => {
  const { report, evidence } = sample('overridden');
  expect(renderComment(report, evidence).split('\n').slice(2, 8)).toEqual([
    '> [!WARNING]',
    '> **Override in force until 2026-02-01 08:00 UTC.** The verdict is unchanged: inconclusive.',
    '> - Sets aside: <code>redis-connection-leak</code>, <code>redis-idle-return</code>, <code>redis-capacity</code>',
    '> - Set by: release-manager, 2026-01-31 10:20 UTC',
    '> - Why: CloudWatch is disturbed in this region; the soak was watched by hand and connections were flat.',
    '> - Incident: <a href="https://status.example.com/incidents/42">status.example.com/incidents/42</a>',
  ]);
  expect(renderTerminal(report, { colour: false }).trimStart()).toMatch(/^! Override\./);
  expect(renderAnnotations(report)[0]).toMatch(/^::warning title=Override in force::/);
});

test('what did not pass comes first, failed before inconclusive, and stages that never ran are named apart', () => {
  const { report } = sample('evaluated-failed');
  const [smoke, soak, spike] = report.stages;
  if (smoke === undefined || soak === undefined || spike === undefined) throw new Error('stages are missing');
  const inconclusive = {
    ...smoke,
    gates: smoke.gates.map((gate) => ({ ...gate, verdict: 'inconclusive' as const, reason: 'metric-missing' as const })),
  };
  const model = reportModel({ ...report, stages: [inconclusive, soak, spike] }, null);
  expect(model.open.map(({ gate }) => gate.verdict)).toEqual([
    ...Array.from({ length: 7 }, () => 'failed'),
    ...Array.from({ length: 3 }, () => 'inconclusive'),
  ]);
  expect(model.notRun.map(({ name }) => name)).toEqual(['spike']);
  expect(model.next).toBe(nextStep('leak-level'));
});

test('green is small: its tables are closed, and nothing warns', () => {
  const text = renderComment(sample('promoted').report, sample('promoted').evidence);
  const open = text.replace(/<details>[\s\S]*?<\/details>/g, '');
  expect(open).not.toMatch(/^\|/m);
  expect(open).not.toContain('[!');
  expect(open.split('\n').filter((line) => line !== '').length).toBeLessThan(20);
});

test('red is open: the failed gates stand outside of any fold, limit beside value', () => {
  const text = renderComment(sample('refused-failed').report, sample('refused-failed').evidence);
  const open = text.replace(/<details>[\s\S]*?<\/details>/g, '');
  expect(open).toContain(
    '| ❌&nbsp;failed | <code>redis-connection-leak</code> (soak) | 341.7 per env. | ≤&nbsp;3 per env. | 114 × limit | `▃▄▅▆▇▇▇▇▇███` | 12 datapoints |',
  );
  expect(open).toContain('**Next:** Share one client');
});

test('a gate in observe mode is shown, marked, and counted nowhere', () => {
  const { report, evidence } = sample('evaluated-observed');
  expect(headlineOf(report).title).toBe('Passed: all 25 gates passed');
  const text = renderComment(report, evidence);
  expect(text).toContain('**Observed only, not counted in the verdict**');
  expect(text).toContain('would&nbsp;fail&nbsp;(observed)');
});

test('the scale names what was run, what AWS would run, and the projection', () => {
  const text = renderTerminal(sample('promoted').report, { colour: false });
  expect(text).toContain('Run here: 7 environments at peak, 8 started in all, 4,730 requests, 18 Redis connections at peak');
  expect(text).toContain('Production on AWS: up to 1,000 environments, 65,000 connections per cache node');
  expect(text).toContain(
    'Projection: 2,002 connections on the fullest node at that peak, old and new release overlapping (3.1 % of its limit)',
  );
});

test('every reason that blocks has a next step, and none that passes', () => {
  for (const code of REASON_CODES) expect([code, nextStep(code) !== null]).toEqual([code, REASONS[code].verdict !== 'passed']);
});

describe('terminal', () => {
  test('each gate without a pass has value, limit, n and its sentence, before any that passed', () => {
    const text = renderTerminal(sample('refused-failed').report, { colour: false, directory: 'out' });
    expect(text).toContain(
      '✗ api-5xx  soak  54.89 %  (limit ≤ 0.1 %, n = 3,600 requests)\n    5XX answers of the gateway: 1976 of 3600 requests',
    );
    expect(text.lastIndexOf('✗')).toBeLessThan(text.indexOf('✓'));
    expect(text).toContain('out/report.html');
  });

  test('with the load in doubt the reason is said once', () => {
    const { report } = sample('evaluated-inconclusive');
    const doubted = {
      ...report,
      stages: report.stages.map((stage) => ({
        ...stage,
        gates: stage.gates.map((gate) => ({
          ...gate,
          verdict: 'inconclusive' as const,
          reason: 'load-not-applied' as const,
          message: `why ${gate.id}`,
        })),
      })),
    };
    const text = renderTerminal(doubted, { colour: false });
    expect(text).toContain('why load-validity');
    expect(text).not.toContain('why api-5xx');
    expect(text).toContain('? api-5xx  soak  0 %  (limit ≤ 0.1 %, n = 3,600 requests)  no verdict without the load');
  });

  test('has colour only when asked for, and names no files when there are none', () => {
    const control = String.fromCharCode(27);
    const { report } = sample('refused-failed');
    expect(renderTerminal(report, { colour: true })).toContain(`${control}[31m`);
    expect(renderTerminal(report, { colour: false })).not.toContain(control);
    expect(renderTerminal(report, { colour: false })).not.toContain('report.html');
  });
});

describe('annotations', () => {
  test('an error per failed gate, a warning per stage that did not run, one notice for the whole', () => {
    const lines = renderAnnotations(sample('refused-failed').report);
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(7);
    expect(lines.filter((line) => line.startsWith('::warning '))).toEqual([
      '::warning title=spike did not run::8 gates reached no verdict.',
    ]);
    expect(lines.at(-1)).toMatch(/^::notice title=Not promoted · redis-connection-leak failed \(7 of 25 gates\)::/);
  });

  test('no title has a character that GitHub would show escaped', () => {
    const titles = SAMPLES.flatMap(({ report }) => renderAnnotations(report)).map((line) => / title=(.*?)::/.exec(line)?.[1] ?? '');
    expect(titles.length).toBeGreaterThan(SAMPLES.length);
    expect(titles.filter((title) => /%|^$/.test(title))).toEqual([]);
  });

  test('a warning, never an error, for what was only observed or could not be judged', () => {
    expect(renderAnnotations(sample('evaluated-observed').report).map((line) => line.split(' ')[0])).toEqual(['::warning', '::notice']);
    expect(renderAnnotations(sample('evaluated-inconclusive').report).filter((line) => line.startsWith('::warning '))).toHaveLength(4);
    expect(renderAnnotations(sample('evaluated-inconclusive').report).some((line) => line.startsWith('::error'))).toBe(false);
  });
});

test('a release on AWS is named by its assembly, with its package beside it', () => {
  const { report, evidence } = sample('promoted');
  const release = { ...report.release, digest: `sha256:${'a5'.repeat(32)}`, assemblyDigest: `sha256:${'a5'.repeat(32)}` };
  const onAws = { ...report, target: 'aws' as const, release };
  expect(renderTerminal(onAws, { colour: false })).toMatch(/Release {4}sha256:a5a5a5a5a5a5 \(package sha256:[0-9a-f]{12}\)/);
  expect(renderComment(onAws, evidence)).toMatch(/release `sha256:a5a5a5a5a5a5` \(package `sha256:[0-9a-f]{12}`\)/);
  expect(renderTerminal(report, { colour: false })).not.toContain('(package');
});
