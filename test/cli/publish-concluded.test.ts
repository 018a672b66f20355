import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha } from '../github/repository';
import { CANDIDATE, failed, HISTORY, OURS, passed, publishBench } from './publish-bench';

const open = publishBench();
const DISPATCH = readFileSync(join(__dirname, '..', '..', '.github', 'gates.yaml'), 'utf8')
  .replace('approval: environment', 'approval: dispatch')
  .replace('approverMayBeAuthor: false', 'approverMayBeAuthor: false, approvers: [octo-manager]');
const ends = (qualify: string, attest: string, approve: string, promote: string): readonly string[] => [
  '--state',
  'concluded',
  '--jobs',
  `qualify=${qualify},attest=${attest},approve=${approve},promote=${promote}`,
];
const BROKE_OFF = ends('success', 'skipped', 'success', 'failure');
/** Words that nobody but GitHub could know to be true. */
const CLAIMS = /newer candidate took its place|[Rr]ejected by|Nobody approved|Not asked for\. The promotion was not asked for/;

test.each([
  ['a promotion that failed without a report', BROKE_OFF, '### ⚠️ The promotion broke off: all 25 gates passed', 'Ask production'],
  [
    'one that was cancelled',
    ends('success', 'skipped', 'success', 'cancelled'),
    '### ⚠️ The promotion broke off',
    'was cancelled without a report',
  ],
  ['no attestation', ends('success', 'failure', 'skipped', 'skipped'), '### ✅ Passed', 'is not attested (the job attest: failure)'],
  ['an approval job that failed', ends('success', 'skipped', 'failure', 'skipped'), '### ✅ Passed', 'GitHub names nobody who rejected'],
  ['a question that was withdrawn', ends('success', 'skipped', 'cancelled', 'skipped'), '### ✅ Passed', 'by a newer candidate or by hand'],
  ['a verdict that could not be recorded', ends('failure', 'skipped', 'skipped', 'skipped'), '### ✅ Passed', 'the job qualify failed'],
  ['a run that was cancelled', ends('cancelled', 'skipped', 'skipped', 'skipped'), '### ✅ Passed', 'cancelled before anybody was asked'],
])('%s is told as what is known of it', async (_, jobs, heading, words) => {
  const bench = await open();
  bench.write(passed());
  await bench.publish('--state', 'awaiting-approval');
  const { warnings } = await bench.publish(...jobs);
  expect(warnings).toEqual([]);
  expect(bench.comments(45)).toEqual([expect.stringContaining(heading)]);
  expect(bench.comments(45)[0]).toContain(words);
  expect(bench.comments(45)[0]).not.toMatch(CLAIMS);
});

test('the pull requests of the batch are told that it broke off', async () => {
  const bench = await open();
  bench.write(passed());
  await bench.publish(...BROKE_OFF, '--batch');
  for (const pull of [43, 44])
    expect(bench.comments(pull)[0]).toContain('Its promotion broke off: whether production serves these commits');
});

test('where no report is at hand, what was said before stays below: the digest that may be approved again, once and not twice', async () => {
  const bench = await open();
  bench.write(passed());
  await bench.publish('--state', 'awaiting-approval');
  for (const from of ['nowhere', 'nowhere']) await bench.publish(...BROKE_OFF, '--from', from);
  expect(bench.comments(45)).toEqual([
    expect.stringMatching(/^.*\n<!-- tidegate-state:broken-off[^\n]*\n### ⚠️ The promotion broke off · /),
  ]);
  expect(bench.comments(45)[0]?.match(/### ✋ Awaiting approval/g)).toHaveLength(1);
});

test('a qualification that was cancelled says so, and nothing of a successor', async () => {
  const bench = await open();
  await bench.publish(...ends('cancelled', 'skipped', 'skipped', 'skipped'));
  expect(bench.comments(45)[0]).toContain('### ⏹️ Cancelled · ');
  expect(bench.comments(45)[0]).not.toMatch(CLAIMS);
});

test('a run without a report that nothing explains is still no pass', async () => {
  const bench = await open();
  await bench.publish(...ends('failure', 'skipped', 'skipped', 'skipped'));
  expect(bench.comments(45)[0]).toContain('### ⚠️ No report · ');
});

describe('approval by dispatch', () => {
  const concluded = async (...more: readonly string[]) => {
    const bench = await open();
    bench.write(passed());
    writeFileSync(join(bench.root, 'gates.yaml'), DISPATCH);
    await bench.publish(...ends('success', 'skipped', 'skipped', 'skipped'), '--policy', 'gates.yaml', ...more);
    return bench.comments(45)[0] ?? '';
  };

  test('the run ends, and its comment still says with which digest to approve, and who may', async () => {
    expect(await concluded()).toMatch(/### ✋ Awaiting approval[\s\S]*octo-manager[\s\S]*```text\nsha256:[0-9a-f]{64}\n```/);
  });

  test('nobody is asked about another candidate than the pinned one, by its commit or its digest', async () => {
    expect(await concluded('--pinned', 'abcdef1')).toMatch(/### ⛔ Not promoted[\s\S]*another-pinned[\s\S]*TIDEGATE_PINNED/);
    expect(await concluded('--pinned', CANDIDATE)).toContain('### ✋ Awaiting approval');
    expect(await concluded('--pinned', passed().report.release.digest.replace('sha256:', '').slice(0, 12))).toContain('### ✋ Awaiting');
  });
});

test('what the report of the promotion says counts, however the job ended; a rehearsal is none that broke off', async () => {
  const bench = await open();
  bench.write(passed({ promotion: { state: 'refused', from: null, to: null, reason: 'frozen: Until Monday.' } }));
  await bench.publish(...BROKE_OFF);
  expect(bench.comments(45)[0]).toMatch(/### ⛔ Not promoted[\s\S]*frozen/);
  bench.write(passed({ promotion: { state: 'not-asked', from: null, to: null, reason: 'dry run: every guard says yes.' } }));
  await bench.publish(...ends('success', 'skipped', 'success', 'success'));
  expect(bench.comments(45)[0]).toMatch(/### ✅ Passed[\s\S]*dry run: every guard says yes/);
});

test('what its gates stopped is told as that, not as a question that nobody was asked', async () => {
  const bench = await open();
  bench.write(failed());
  await bench.publish(...ends('failure', 'skipped', 'skipped', 'skipped'), '--pinned', 'abcdef1');
  expect(bench.comments(45)[0]).toContain('### ❌ Failed: redis-connection-leak');
});

test('a cancelled run leaves the head of its comment to a successor that has spoken', async () => {
  const pointer = `<!-- tidegate:v1:delivery:staging -->\n<!-- tidegate-state:superseded-by:${sha(4)} -->\n### ⏭️ Superseded by #46\n`;
  const bench = await open({ state: { ...HISTORY, comments: { 45: [{ id: 1, body: pointer, author: OURS }] } } });
  bench.write(passed());
  await bench.publish(...ends('success', 'skipped', 'cancelled', 'skipped'));
  expect(bench.comments(45)[0]).toMatch(/### ⏭️ Superseded by #46[\s\S]*The question was withdrawn/);
});

test.each(['qualify=maybe', 'deploy=success'])('%s is a mistake of whoever wrote the workflow', async (jobs) => {
  const bench = await open();
  expect((await bench.publish('--state', 'concluded', '--jobs', jobs)).message).toMatch(/unknown|is not|no /i);
});

test('gates are annotated by one job of a run only', async () => {
  const bench = await open();
  bench.write(failed());
  expect((await bench.publish('--no-annotate')).stdout).not.toContain('::error');
  expect((await bench.publish()).stdout).toContain('::error title=redis-connection-leak in soak · failed::');
});
