import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCalibrate } from '../../src/cli/commands/calibrate';
import { EXIT } from '../../src/contract';
import { policyText } from '../gates/builders';
import { runCommand } from './command-bench';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'calibrate-'));
  writeFileSync(join(root, 'gates.yaml'), policyText());
});
afterAll(() => rmSync(root, { recursive: true }));

const calibrate = (...args: string[]) => runCommand(root, ['calibrate', '--policy', 'gates.yaml', ...args], addCalibrate);

/** A folder with these files. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(join(root, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, name, file), text);
  return name;
}

function csv(length: number): string {
  const line = (i: number) =>
    `${new Date(Date.UTC(2014, 0, 1) + i * 300_000).toISOString().slice(0, 19).replace('T', ' ')},${50 + (i % 3)}`;
  return `timestamp,value\n${Array.from({ length }, (_, i) => line(i)).join('\n')}\n`;
}

test('simulated: rates with their bounds as JSON, and the chart', async () => {
  const { code, stdout, stderr } = await calibrate('--trials', '2', '--json', '--chart', 'curve.svg');
  expect(code).toBe(EXIT.ok);
  const rate = expect.objectContaining({ value: expect.any(Number), n: expect.any(Number), high95: expect.any(Number) });
  const rates = { falseAlarmRate: rate, inconclusiveRate: rate, detectionRate: rate };
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'models',
    trials: 2,
    seed: 1,
    ...rates,
    policy: { falseAlarmRate: rate, inconclusiveRate: rate },
  });
  // The worst is of rows that all trials were spent on.
  for (const { n } of [JSON.parse(stdout).falseAlarmRate, JSON.parse(stdout).inconclusiveRate]) expect(n).toBe(2);
  expect(JSON.parse(stdout).cells).toContainEqual(expect.objectContaining({ model: 'warm-ratchet', points: 15, ...rates }));
  expect(stderr).toContain('calibrating: ar1, 12 datapoints');
  expect(readFileSync(join(root, 'curve.svg'), 'utf8')).toMatch(/^<svg[\s\S]*<\/svg>\n$/);
});

test('recorded: rates, what was odd about the files, and the trade-off', async () => {
  const doubled = `${csv(80)}2014-01-01 00:00:00,7\n`;
  const name = folder('good', { 'a.csv': doubled, 'anomaly-windows.json': '{}' });
  const told = await calibrate('--recorded', name, '--trials', '30');
  expect(told.code).toBe(EXIT.ok);
  expect(told.stdout).toMatch(/floor 30 %, confidence 0\.95/);
  expect(told.stderr).toContain('a.csv: 1 line with a time that was there before; the first counts.');
  expect(told.stderr).toContain('a.csv: not in anomaly-windows.json; all of it counts as healthy.');
  const { stdout } = await calibrate('--recorded', name, '--trials', '30', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'recorded', falseAlarmRate: { value: 0 }, detectionRate: { value: 1 } });
});

test.each([
  ['a folder that is not there', () => 'nowhere', /nowhere: cannot be read; give a folder/],
  ['an empty folder', () => folder('empty', {}), /empty: holds no \.csv file/],
  ['no labels', () => folder('unlabelled', { 'a.csv': csv(50) }), /unlabelled: holds no anomaly-windows\.json/],
  [
    'labels that are none',
    () => folder('mislabelled', { 'a.csv': csv(50), 'anomaly-windows.json': '[]' }),
    /anomaly-windows\.json: expected an object/,
  ],
  ['a broken line', () => folder('broken', { 'a.csv': `${csv(50)}x\n`, 'anomaly-windows.json': '{}' }), /broken\/a\.csv: line 52/],
  [
    'series that are too short',
    () => folder('short', { 'a.csv': csv(5), 'anomaly-windows.json': '{}' }),
    /short: no window of 12, 24 or 36/,
  ],
])('%s is one clear message', async (_, make, message) => {
  const ran = await calibrate('--recorded', make());
  expect(ran.code).toBe(EXIT.usage);
  expect(ran.message).toMatch(message);
});

test('a policy without a leak gate has nothing to calibrate', async () => {
  const text = policyText().replace(/ {6}- \{ id: redis-connection-leak.*\n/, '');
  writeFileSync(join(root, 'leakless.yaml'), text);
  const ran = await runCommand(root, ['calibrate', '--policy', 'leakless.yaml', '--trials', '1'], addCalibrate);
  expect(ran).toMatchObject({ code: EXIT.usage, message: expect.stringMatching(/no gate with `judge: leak`/) });
});
