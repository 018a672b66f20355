import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PublishBench, passed, publishBench } from './publish-bench';

const open = publishBench();

/** Everything that a pull request's own code could hand over in place of a report. */
const spoiled: readonly (readonly [string, (directory: string) => void, string])[] = [
  ['nothing', (directory) => rmSync(directory, { recursive: true }), 'its directory is not there'],
  [
    'a link to another directory',
    (directory) => {
      rmSync(directory, { recursive: true });
      symlinkSync('..', directory);
    },
    'no directory',
  ],
  ['no report', (directory) => rmSync(join(directory, 'gate-report.json')), 'gate-report.json is not there'],
  [
    'a link to a file of the runner',
    (directory) => {
      rmSync(join(directory, 'gate-report.json'));
      symlinkSync(join(__dirname, '..', '..', 'package.json'), join(directory, 'gate-report.json'));
    },
    'is a link or no file',
  ],
  [
    'a report that is too large',
    (directory) => truncateSync(join(directory, 'gate-report.json'), 5 * 1024 * 1024 + 1),
    'is larger than 5 MiB',
  ],
  ['no JSON', (directory) => writeFileSync(join(directory, 'gate-report.json'), '{ "schemaVersion": 1'), 'is not JSON'],
  [
    'JSON of another shape',
    (directory) => writeFileSync(join(directory, 'gate-report.json'), '{ "__proto__": {}, "verdict": "passed" }'),
    'is not of this version',
  ],
  [
    'a key that nobody knows',
    (directory) => writeFileSync(join(directory, 'gate-report.json'), JSON.stringify({ ...passed().report, comment: '# hi' })),
    'Unrecognized key',
  ],
];

test.each([
  ['no stage', passed({ stages: [] }), 'no gate in it was judged'],
  [
    'a gate that failed',
    passed({
      stages: passed().report.stages.map((stage, i) =>
        i === 1 ? { ...stage, gates: stage.gates.map((gate) => ({ ...gate, verdict: 'failed' as const })) } : stage,
      ),
    }),
    'in it did not',
  ],
])('a report that says passed with %s is shown with a doubt, and a sound one without', async (_, sample, words) => {
  const bench = await open();
  bench.write(sample);
  await bench.publish();
  expect(bench.comments(45)[0]).toContain('This report says passed, and');
  expect(bench.comments(45)[0]).toContain(words);
  bench.write(passed());
  await bench.publish();
  expect(bench.comments(45)[0]).not.toContain('This report says passed');
});

test.each(spoiled)('%s is a comment that there is no report, and exit 0', async (_, spoil, words) => {
  const bench = await open();
  bench.write(passed());
  spoil(join(bench.root, 'tidegate-report'));
  const { code, stdout } = await bench.publish();
  expect(code).toBe(0);
  expect(bench.comments(45)[0]).toMatch(/### ⚠️ No report[\s\S]*No report is never a pass\./);
  expect(bench.comments(45)[0]).toContain(words);
  expect(bench.summary()).toContain('### ⚠️ No report');
  expect(stdout).toMatch(/^::warning title=No report::/m);
});

const withoutCharts: readonly (readonly [string, (bench: PublishBench) => void, string])[] = [
  ['is missing', (bench) => rmSync(join(bench.root, 'tidegate-report', 'evidence.json')), 'evidence.json is not there'],
  [
    'is too large',
    (bench) => truncateSync(join(bench.root, 'tidegate-report', 'evidence.json'), 50 * 1024 * 1024 + 1),
    'is larger than 50 MiB',
  ],
  [
    'is of another run',
    (bench) =>
      writeFileSync(join(bench.root, 'tidegate-report', 'evidence.json'), JSON.stringify({ ...passed().evidence, toolVersion: '9.9.9' })),
    'is not the evidence that this report was drawn from',
  ],
];

test.each(withoutCharts)('evidence that %s draws nothing, and the comment says so', async (_, spoil, words) => {
  const bench = await open();
  bench.write(passed());
  await bench.publish();
  expect(bench.comments(45)[0]).toContain('mermaid');
  spoil(bench);
  await bench.publish();
  expect(bench.comments(45)[0]).toContain(words);
  expect(bench.comments(45)[0]).not.toContain('mermaid');
});

test('a comment.md that lies beside the report is not read', async () => {
  const bench = await open();
  bench.write(passed());
  mkdirSync(join(bench.root, 'tidegate-report', 'logs'), { recursive: true });
  for (const name of ['comment.md', 'summary.md', 'report.html'])
    writeFileSync(join(bench.root, 'tidegate-report', name), 'forged @octo-manager');
  await bench.publish();
  expect(`${bench.comments(45)[0]}${bench.summary()}`).not.toContain('forged');
});

test('a report about another commit is shown with a warning at its head', async () => {
  const bench = await open();
  const sample = passed();
  bench.write({ ...sample, report: { ...sample.report, release: { ...sample.report.release, commit: 'f'.repeat(40) } } });
  await bench.publish();
  expect(bench.comments(45)[0]).toContain(`> This report is about commit ${'f'.repeat(40)}, and this run about`);
});
