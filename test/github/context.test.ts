import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { githubContext } from '../../src/github/context';
import { parseEvent } from '../../src/github/event';
import { sha } from './repository';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-context-'));
const eventPath = join(folder, 'event.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => writeFileSync(eventPath, '{}'));

const JOB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'example-org/example-check-in',
  GITHUB_REPOSITORY_ID: '4100001',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SHA: sha(5),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_ACTOR: 'octo-author',
  GITHUB_TRIGGERING_ACTOR: 'octo-manager',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_EVENT_PATH: eventPath,
};

describe('the context of a job', () => {
  test.each([undefined, '', 'false', '1'])('is none outside of Actions (%p)', (value) => {
    expect(githubContext({ ...JOB, GITHUB_ACTIONS: value })).toBeNull();
  });

  test('is what GitHub sets', () => {
    writeFileSync(eventPath, JSON.stringify({ repository: { default_branch: 'main' } }));
    expect(githubContext(JOB)).toEqual({
      apiUrl: 'https://api.github.com',
      serverUrl: 'https://github.com',
      repository: 'example-org/example-check-in',
      repositoryId: 4_100_001,
      runId: 77,
      runAttempt: 2,
      runUrl: 'https://github.com/example-org/example-check-in/actions/runs/77/attempts/2',
      sha: sha(5),
      ref: 'refs/heads/main',
      actor: 'octo-author',
      triggeringActor: 'octo-manager',
      eventName: 'push',
      event: { defaultBranch: 'main', pullRequest: null, inputs: {} },
      summaryPath: null,
      outputPath: null,
      token: null,
    });
  });

  test('takes a variable that is set to nothing for one that is not set', () => {
    const context = githubContext({ ...JOB, GITHUB_TOKEN: '', GITHUB_STEP_SUMMARY: '', GITHUB_OUTPUT: 'out', GITHUB_TRIGGERING_ACTOR: '' });
    expect(context).toMatchObject({ token: null, summaryPath: null, outputPath: 'out', triggeringActor: 'octo-author' });
  });

  test.each(Object.keys(JOB).filter((name) => !['GITHUB_ACTIONS', 'GITHUB_REPOSITORY_ID', 'GITHUB_TRIGGERING_ACTOR'].includes(name)))(
    'without %s the error names it',
    (name) => {
      expect(() => githubContext({ ...JOB, [name]: undefined })).toThrow(name);
    },
  );

  test.each([
    ['GITHUB_RUN_ID', '0'],
    ['GITHUB_RUN_ATTEMPT', '1; rm'],
    ['GITHUB_SHA', 'main'],
    ['GITHUB_REPOSITORY', 'a/b/c'],
    ['GITHUB_REPOSITORY', '../b?x'],
    ['GITHUB_API_URL', 'file:///x'],
    ['GITHUB_EVENT_PATH', join(folder, 'nothing')],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => githubContext({ ...JOB, [name]: value })).toThrow(name);
  });
});

describe('the event', () => {
  const pull = (head: unknown) => ({
    pull_request: {
      number: 41,
      title: 'Change',
      user: { login: 'octo-author' },
      head: { sha: sha(7), repo: head },
      base: { sha: sha(6), repo: { full_name: 'example-org/example-check-in' } },
    },
  });

  test.each([
    ['of a branch here', { full_name: 'example-org/example-check-in' }, false],
    ['of a fork', { full_name: 'octo-author/example-check-in' }, true],
    ['of a fork that is gone', null, true],
  ])('of a pull request %s', (_, head, fromFork) => {
    expect(parseEvent(JSON.stringify(pull(head))).pullRequest).toMatchObject({ number: 41, fromFork, headSha: sha(7), baseSha: sha(6) });
  });

  test('of a dispatch holds its inputs as text', () => {
    expect(parseEvent(JSON.stringify({ inputs: { digest: 'sha256:1', 'dry-run': true, reason: null } })).inputs).toEqual({
      digest: 'sha256:1',
      'dry-run': 'true',
      reason: '',
    });
  });

  test.each([
    ['no JSON', '{', 'no JSON'],
    ['a number that is text', JSON.stringify({ pull_request: { ...pull(null).pull_request, number: '41' } }), 'pull_request.number'],
    [
      'a branch for a commit',
      JSON.stringify({ pull_request: { ...pull(null).pull_request, head: { sha: 'main' } } }),
      'pull_request.head.sha',
    ],
    ['inputs that are no table', JSON.stringify({ inputs: ['x'] }), 'inputs'],
  ])('%s is refused by name', (_, text, name) => {
    expect(() => parseEvent(text)).toThrow(name);
  });
});
