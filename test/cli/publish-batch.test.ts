import { commentMarker, stateLine } from '../../src/report/marker';
import { sha } from '../github/repository';
import { failed, HISTORY, OURS, passed, publishBench } from './publish-bench';

const open = publishBench();
const promoted = { state: 'promoted', from: null, to: null, reason: 'The canary passed.' } as const;
const said = (state: string) =>
  `${commentMarker({ workflow: 'delivery' })}\n${stateLine({ state, commit: sha(3) })}\n### Words of before\n`;
const told = (pull: number, state: string) => ({ ...HISTORY, comments: { [pull]: [{ id: 1, body: said(state), author: OURS }] } });

test('every pull request since production is listed, and pointed to the candidate; those before it are left alone', async () => {
  const bench = await open();
  bench.write(passed());
  const { warnings } = await bench.publish('--state', 'awaiting-approval', '--batch');
  expect(warnings).toEqual([]);
  expect(bench.comments(45)[0]).toContain('<details><summary><b>Ships 3 pull requests</b></summary>');
  expect(bench.comments(45)[0]).toContain('- #43 Change 3 by octo-author\n- #44 Change 4 by octo-author');
  for (const pull of [43, 44]) {
    expect(bench.comments(pull)).toEqual([expect.stringContaining('### ⏭️ Carried on by #45 · <code>0000000</code>')]);
    expect(bench.comments(pull)[0]).toContain('It waits for an approval.');
  }
  expect(Object.keys(bench.server.state.comments).sort()).toEqual(['43', '44', '45']);
});

test.each(['queued', 'testing', 'passed', 'awaiting-approval'])(
  'a predecessor that was %s learns that it is superseded, its words are kept, folded',
  async (state) => {
    const bench = await open({ state: told(43, state) });
    bench.write(passed());
    await bench.publish('--state', 'awaiting-approval', '--batch');
    expect(bench.comments(43)).toHaveLength(1);
    expect(bench.comments(43)[0]).toMatch(
      /### ⏭️ Superseded by #45[\s\S]*<summary>What this comment said before<\/summary>[\s\S]*### Words of before/,
    );
    bench.write(passed({ promotion: promoted }));
    await bench.publish('--batch');
    expect(bench.comments(43)[0]).toMatch(/### ✅ Promoted with #45[\s\S]*### Words of before/);
    expect(bench.comments(43)[0]?.match(/Words of before/g)).toHaveLength(1);
  },
);

test('a candidate that its gates stopped takes no approval away from its predecessor', async () => {
  const bench = await open({ state: told(43, 'awaiting-approval') });
  bench.write(failed());
  await bench.publish('--batch');
  expect(bench.comments(43)).toEqual([said('awaiting-approval')]);
  // The one in between never spoke: it learns where its commits went.
  expect(bench.comments(44)[0]).toContain('Its verdict is failed: neither it nor these commits were promoted.');
});

test('a run without a report points nobody to itself', async () => {
  const bench = await open();
  await bench.publish('--batch');
  expect([bench.comments(43), bench.comments(44)]).toEqual([[], []]);
});

test('production ran what was deployed there with success, and not the candidate itself', async () => {
  const bench = await open();
  bench.write(passed());
  // The newest deployment is the candidate's own, the one before never succeeded: with either as the base, these would be missing.
  await bench.publish('--batch');
  expect([bench.comments(43).length, bench.comments(44).length]).toEqual([1, 1]);
  const succeeded = { id: 10, environment: 'production', sha: sha(4), statuses: [{ state: 'success' as const }] };
  const other = await open({ state: { ...HISTORY, deployments: [...(HISTORY.deployments ?? []), succeeded] } });
  other.write(passed());
  await other.publish('--batch');
  expect([other.comments(43), other.comments(44)]).toEqual([[], []]);
});

test('what production ran can be told, where GitHub does not know it', async () => {
  const bench = await open({ state: { ...HISTORY, deployments: [] } });
  bench.write(passed());
  await bench.publish('--batch');
  expect(bench.comments(44)).toEqual([]);
  await bench.publish('--batch', '--base', sha(3));
  expect([bench.comments(43).length, bench.comments(44).length]).toEqual([0, 1]);
});

test('one pointer that cannot be written hinders no other', async () => {
  const bench = await open({ state: { ...HISTORY, comments: {} } });
  bench.write(passed());
  bench.server.fail({ operationId: 'issues/create-comment', status: 403 });
  const { code, warnings } = await bench.publish('--batch');
  expect({ code, warnings: warnings.length }).toEqual({ code: 0, warnings: 1 });
  expect([43, 44, 45].flatMap((pull) => bench.comments(pull))).toHaveLength(2);
});

test('a cancelled run that still speaks does not wipe out by whom it was superseded', async () => {
  const bench = await open();
  bench.write(passed());
  await bench.publish('--state', 'awaiting-approval', '--batch');
  bench.write(passed());
  await bench.publish('--state', 'superseded', '--pull-request', '43');
  expect(bench.comments(43)).toHaveLength(1);
  expect(bench.comments(43)[0]).toMatch(/### ⏭️ Carried on by #45[\s\S]*<details>[\s\S]*### ⏭️ Superseded: all 25 gates passed/);
});
