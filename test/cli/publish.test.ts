import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../src/gates/canonical';
import { CANDIDATE, failed, HISTORY, MARKER, OURS, passed, publishBench } from './publish-bench';

const open = publishBench();
const POLICY = readFileSync(join(__dirname, '..', '..', '.github', 'gates.yaml'), 'utf8');
const first = (text: string | undefined, lines = 3): string => (text ?? '').split('\n').slice(0, lines).join('\n');
const override = {
  who: 'octo-manager',
  when: '2026-01-31T10:20:00Z',
  reason: 'The soak was watched by hand; connections were flat.',
  incident: 'https://status.example.com/42',
  gates: ['redis-connection-leak'],
  digest: `sha256:${'c4'.repeat(32)}`,
  expires: '2026-02-01T08:00:00Z',
};

describe('one comment, rewritten from state to state', () => {
  test.each([
    ['queued', '### 🕓 Queued: waiting for staging'],
    ['deploying', '### 📦 Deploying to staging'],
    ['testing', '### 🌊 Testing under load'],
    ['report', '### ✅ Passed: all 25 gates passed'],
    ['awaiting-approval', '### ✋ Awaiting approval: all 25 gates passed'],
    ['promoting', '### ⏳ Promoting behind a canary: all 25 gates passed'],
    ['rejected', '### 🚫 Rejected: all 25 gates passed'],
    ['superseded', '### ⏭️ Superseded: all 25 gates passed'],
  ])('%s', async (state, heading) => {
    const bench = await open();
    bench.write(passed());
    await bench.publish('--state', 'queued');
    const { code, warnings } = await bench.publish('--state', state, '--target', 'twin', '--profile', 'quick');
    expect({ code, warnings }).toEqual({ code: 0, warnings: [] });
    expect(bench.comments(45)).toEqual([expect.stringContaining(`${heading} · <code>0000000</code>`)]);
    expect(first(bench.comments(45)[0], 1)).toBe(MARKER);
    // The others of the batch are told nothing unless it is asked for.
    expect([...bench.comments(43), ...bench.comments(44)]).toEqual([]);
  });

  test('nobody is asked to approve what its gates have stopped, unless it was overridden', async () => {
    const bench = await open();
    bench.write(failed());
    await bench.publish('--state', 'awaiting-approval');
    expect(bench.comments(45)[0]).toContain('### ❌ Failed: redis-connection-leak failed');
    bench.write(failed({ override }));
    await bench.publish('--state', 'awaiting-approval');
    expect(bench.comments(45)[0]).toMatch(
      /\*\*Override in force until 2026-02-01 08:00 UTC\.\*\* The verdict is unchanged: failed\.[\s\S]*### ⚠️ Awaiting approval by override/,
    );
  });

  test('what the report says of its promotion is never set back by what the workflow thinks', async () => {
    const bench = await open();
    bench.write(passed({ promotion: { state: 'promoted', from: null, to: null, reason: 'The canary passed.' } }));
    await bench.publish('--state', 'awaiting-approval');
    expect(bench.comments(45)[0]).toContain('### ✅ Promoted: all 25 gates passed');
  });

  test('says who approved, and in their words', async () => {
    const reviews = [{ state: 'approved' as const, author: 'octo-manager', comment: 'Read it. fixes #1' }];
    const bench = await open({ state: { ...HISTORY, runs: [{ id: 7, headSha: CANDIDATE, reviews }] } });
    bench.write(passed({ promotion: { state: 'promoted', from: null, to: null, reason: 'The canary passed.' } }));
    await bench.publish();
    expect(bench.comments(45)[0]).toContain('**Approved by** octo-manager: “Read it. fixes &#35;&#8203;1”');
  });

  test('a rejection is told although the report was written before it', async () => {
    const reviews = [{ state: 'rejected' as const, author: 'octo-manager', comment: 'Not tonight.' }];
    const bench = await open({ state: { ...HISTORY, runs: [{ id: 7, headSha: CANDIDATE, reviews }] } });
    bench.write(passed());
    await bench.publish();
    expect(bench.comments(45)[0]).toMatch(/### 🚫 Rejected[\s\S]*\*\*Rejected by\*\* octo-manager: “Not tonight\.”/);
  });

  test('tells how to approve here, by the policy of the checkout', async () => {
    const bench = await open();
    bench.write(passed());
    const policy = (approval: string) =>
      POLICY.replace('approval: environment', `approval: ${approval}`).replace(
        'approverMayBeAuthor: false',
        'approverMayBeAuthor: false, approvers: [octo-manager]',
      );
    writeFileSync(join(bench.root, 'gates.yaml'), policy('dispatch'));
    await bench.publish('--state', 'awaiting-approval', '--policy', 'gates.yaml');
    expect(bench.comments(45)[0]).toMatch(
      /Run the workflow <code>approve<\/code>[\s\S]*octo-manager[\s\S]*```text\nsha256:[0-9a-f]{64}\n```/,
    );
    writeFileSync(join(bench.root, 'gates.yaml'), policy('environment'));
    await bench.publish('--state', 'awaiting-approval', '--policy', 'gates.yaml');
    expect(bench.comments(45)[0]).toContain(
      'actions/runs/7/attempts/1">this run</a>, choose _Review deployments_, then <code>production-approval</code>',
    );
  });
});

describe('a failure to publish is a warning, never the outcome', () => {
  test.each([
    [403, 'pull-requests: write'],
    [404, 'pull-requests: write'],
    [422, 'does not accept'],
    [500, 'did not answer in time'],
  ])('HTTP %s', async (status, words) => {
    const bench = await open();
    bench.write(failed());
    bench.server.fail({ operationId: 'issues/list-comments', status, times: 9 });
    const { code, warnings } = await bench.publish();
    expect(code).toBe(0);
    expect(warnings).toEqual([expect.stringContaining('The comment on pull request 45 was not written')]);
    expect(warnings[0]).toContain(words);
    expect(bench.summary()).toContain('### ❌ Failed: redis-connection-leak');
  });

  test('whose pull request it is cannot be asked: the summary stands', async () => {
    const bench = await open();
    bench.write(passed());
    bench.server.fail({ operationId: 'repos/list-pull-requests-associated-with-commit', status: 403 });
    const { code, warnings, stdout } = await bench.publish();
    expect({ code, warnings: warnings.length }).toEqual({ code: 0, warnings: 1 });
    expect(stdout).toContain('No comment was written.');
    expect(bench.summary()).toContain('### ✅ Passed');
  });

  test('a token that may not read the reviews leaves them out, and says so', async () => {
    const bench = await open({ state: { ...HISTORY, permissions: { contents: 'read', 'pull-requests': 'write', deployments: 'read' } } });
    bench.write(passed());
    const { warnings } = await bench.publish();
    expect(warnings).toEqual([expect.stringContaining('actions: read')]);
    expect(bench.comments(45)).toHaveLength(1);
  });
});

describe('annotations', () => {
  test('an error per failed gate on stdout, where the runner reads them; with --json stdout is JSON alone', async () => {
    const bench = await open();
    bench.write(failed());
    const { stdout } = await bench.publish('--no-comment');
    expect(stdout.split('\n').filter((line) => line.startsWith('::error '))).toHaveLength(7);
    const json = await bench.publish('--no-comment', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, content: 'report', comments: [], warnings: [] });
  });
});

describe('a pull request of its own', () => {
  const pulls = [{ number: 50, headSha: CANDIDATE }];
  const event = (fromFork: boolean) => ({
    eventName: 'pull_request',
    event: {
      defaultBranch: 'main',
      inputs: {},
      pullRequest: { number: 50, title: '', author: 'octo-author', headSha: CANDIDATE, baseSha: CANDIDATE, headRepository: null, fromFork },
    },
  });

  test('claims of the pull request’s own code about promotion and override are not believed', async () => {
    const bench = await open({ state: { ...HISTORY, pulls }, context: event(false) });
    bench.write(failed({ override, promotion: { state: 'promoted', from: null, to: null, reason: 'All is well.' } }));
    await bench.publish();
    const [comment] = bench.comments(50);
    expect(comment).toContain('### ❌ Failed: redis-connection-leak failed');
    expect(comment).toContain('**A preview:** measured on the twin');
    expect(comment).not.toMatch(/Override|All is well|Promoted/);
  });

  test('of a fork there is no comment and no attempt at one: the summary says why', async () => {
    const bench = await open({ state: { ...HISTORY, pulls, permissions: { contents: 'read' } }, context: event(true) });
    bench.write(passed());
    const { code, warnings } = await bench.publish();
    expect({ code, warnings }).toEqual({ code: 0, warnings: [] });
    expect(bench.comments(50)).toEqual([]);
    expect(bench.server.requests().filter(({ path }) => path.includes('comments'))).toEqual([]);
    expect(bench.summary()).toContain('_This run may not write a comment, so its report stands here only._');
  });

  test('what it loosens stands in a comment of its own, before and after; when nothing is left that is said too', async () => {
    const bench = await open({ state: { ...HISTORY, pulls }, context: event(false) });
    bench.write(passed());
    const changed = POLICY.replace(/id: api-5xx,([^}]*)max: 0\.1%/, 'id: api-5xx,$1max: 1%');
    const args = ['--policy-base', 'base.yaml', '--policy-head', 'head.yaml'];
    writeFileSync(join(bench.root, 'base.yaml'), POLICY);
    writeFileSync(join(bench.root, 'head.yaml'), POLICY);
    await bench.publish(...args);
    expect(bench.comments(50)).toHaveLength(1);
    writeFileSync(join(bench.root, 'head.yaml'), changed);
    await bench.publish(...args);
    expect(bench.comments(50)).toHaveLength(2);
    expect(bench.comments(50)[1]).toMatch(/^<!-- tidegate:v1:policy:gates -->\n### ⚠️ Policy: this pull request loosens \d rules?/);
    expect(bench.comments(50)[1]).toContain('<code>api-5xx</code> (soak) <code>max</code>: 0.1 % → **1 %**');
    expect(bench.summary()).toContain('loosens');
    writeFileSync(join(bench.root, 'head.yaml'), POLICY);
    await bench.publish(...args);
    expect(bench.comments(50)[1]).toContain('### Policy: nothing is changed any more');
    writeFileSync(join(bench.root, 'head.yaml'), 'version: 1\nstagez: {}\n<!-- @octo-manager -->');
    expect((await bench.publish(...args)).code).toBe(0);
    expect(bench.comments(50)[1]).toContain('### ⛔ Policy: what this pull request changes cannot be told');
  });
});

describe('usage', () => {
  test.each([
    [['--state', 'reprot'], /"reprot"[\s\S]*report/],
    [['--pull-request', '12; rm'], /expected the number/],
    [['--links', 'nothing'], /LABEL=URL/],
    [['--policy-base', 'a.yaml'], /belong together/],
  ])('%j is exit 64, before anything is asked of GitHub', async (args, message) => {
    const bench = await open();
    const run = await bench.publish(...args);
    expect(run).toMatchObject({ code: 64, message: expect.stringMatching(message) });
    expect(bench.server.requests()).toEqual([]);
  });

  test('links are shown as given, https only', async () => {
    const bench = await open();
    bench.write(passed());
    await bench.publish('--links', 'report.html=https://example.com/r?a=b', '--links', 'bad=javascript:alert(1)');
    expect(bench.comments(45)[0]).toContain('<a href="https://example.com/r?a=b">report.html</a>');
    expect(bench.comments(45)[0]).not.toContain('javascript');
  });
});

test('somebody else’s comment with our marker stays theirs', async () => {
  const forged = { id: 1, body: `${MARKER}\nforged`, author: 'octo-author' };
  const bench = await open({ state: { ...HISTORY, comments: { 45: [forged] } } });
  bench.write(passed());
  await bench.publish();
  expect(bench.comments(45)).toEqual([forged.body, expect.stringContaining('### ✅ Passed')]);
  expect(bench.server.state.comments['45']?.[1]?.author).toBe(OURS);
  expect(canonicalJson(bench.server.problems())).toBe('[]\n');
});
