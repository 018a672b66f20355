import { readdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { RequestSigning, SigningCredentials } from '../../../src/evidence/k6/access';
import { constant } from '../../k6/plan';
import { expectedAuthorization, type Keys, timeOf } from '../../support/signature';
import { type CheckInServer, startCheckInServer } from './check-in-server';
import { load, repository, type TestDirectory, testDirectory } from './load-run';

const region = 'eu-west-1';
const keysOf = (name: string): Keys => ({
  accessKeyId: `ASIA${name}`,
  secretAccessKey: `secret-of-${name}`,
  sessionToken: `token-of-${name}`,
});
const FIRST = keysOf('FIRST');
const SECOND = keysOf('SECOND');

let server: CheckInServer;
let directory: TestDirectory;
/** What the server accepts at this moment, as IAM would. */
let accepted: readonly Keys[];
beforeEach(async () => {
  accepted = [FIRST];
  server = await startCheckInServer(isSignedByAccepted);
  directory = testDirectory();
});
afterEach(async () => {
  await server.stop();
  directory.remove();
});

async function isSignedByAccepted({ method = '', url = '', headers }: IncomingMessage, body: string): Promise<boolean> {
  const { authorization = '', host = '', 'x-amz-date': date, 'x-amz-security-token': token } = headers;
  const keys = accepted.find(({ accessKeyId }) => authorization.includes(`Credential=${accessKeyId}/`));
  if (keys === undefined || typeof date !== 'string' || token !== keys.sessionToken) return false;
  if (Math.abs(timeOf(date).getTime() - Date.now()) > 300_000) return false;
  return authorization === (await expectedAuthorization({ method, target: url, host, body }, keys, region, timeOf(date)));
}

function signing(credentials: RequestSigning['credentials']): RequestSigning {
  return { region, service: 'execute-api', credentials };
}

const withoutEnd = (keys: Keys) => signing(async () => ({ ...keys, expiresAt: null }));
const where = () => ({ baseUrl: server.url, directory: directory.path });
const refused = () => server.seen.filter(({ status }) => status === 403).length;

it('is let in where strangers are refused, and sends nothing besides', async () => {
  const { load: evidence } = await load({ plan: constant(40, 1000, { warm: 2 }), ...where(), access: withoutEnd(FIRST) });
  expect(evidence).toMatchObject({ outcome: 'completed', failed: 0, checksFailed: 0, dropped: 0 });
  expect(server.seen.length).toBeGreaterThan(30);
  expect(evidence.requests).toBe(server.seen.length);
  expect(refused()).toBe(0);
});

it.each([
  ['without credentials', null],
  ['with another secret', { ...FIRST, secretAccessKey: 'guessed' }],
])('is refused %s', async (_name, keys) => {
  const { load: evidence } = await load({ plan: constant(20, 1000), ...where(), ...(keys === null ? {} : { access: withoutEnd(keys) }) });
  expect(Object.keys(evidence.statuses)).toEqual(['403']);
  expect(evidence.checksFailed).toBe(evidence.requests);
});

it('signs an address as k6 sends it', async () => {
  const script = join(repository, 'test/evidence/k6/scripts/odd-addresses.ts');
  const { outcome, load: evidence } = await load({ plan: constant(1, 1000), script, ...where(), access: withoutEnd(FIRST) });
  expect(outcome).toBe('completed');
  expect(evidence.requests).toBe(5);
  expect(refused()).toBe(0);
});

it('takes fresh credentials before the old ones expire', async () => {
  const switchAt = Date.now() + 2500;
  let asked = 0;
  const credentials = async (): Promise<SigningCredentials> => {
    asked += 1;
    // Once before the start and once by the script. The renewal is five minutes before their end: a second before the server refuses them.
    if (asked <= 2) return { ...FIRST, expiresAt: switchAt - 1000 + 300_000 };
    accepted = Date.now() < switchAt ? [FIRST, SECOND] : [SECOND];
    await new Promise((given) => setTimeout(given, 300));
    return { ...SECOND, expiresAt: Date.now() + 3_600_000 };
  };
  const switched = setTimeout(() => {
    accepted = [SECOND];
  }, 2500);
  const { load: evidence } = await load({ plan: constant(40, 3000), ...where(), access: signing(credentials) });
  clearTimeout(switched);
  expect(evidence).toMatchObject({ outcome: 'completed', failed: 0, checksFailed: 0 });
  expect(server.seen.filter(({ at }) => at > switchAt).length).toBeGreaterThan(20);
  expect(refused()).toBe(0);
  // Not once for each of the dozen users that wait for the renewal; one who was idle may ask later.
  expect(asked).toBeLessThan(7);
});

it('gives no verdict on a release when credentials could not be renewed', async () => {
  const end = Date.now() + 2500;
  let asked = 0;
  const credentials = async (): Promise<SigningCredentials> => {
    asked += 1;
    // Once before the start and once by the script; what comes after is a renewal.
    if (asked <= 2) return { ...FIRST, expiresAt: end };
    throw new Error('the role may not be assumed');
  };
  const { outcome, detail } = await load({ plan: constant(20, 20_000), ...where(), access: signing(credentials) });
  expect([outcome, detail]).toEqual(['failed', 'There are no credentials to sign requests with: the role may not be assumed']);
  expect(Date.now() - end).toBeLessThan(6000);
});

it('does not start without credentials', async () => {
  const access = signing(() => Promise.reject(new Error('not signed in')));
  const { outcome, detail } = await load({ plan: constant(20, 2000), ...where(), access });
  expect([outcome, detail]).toEqual(['failed', 'There are no credentials to sign requests with: not signed in']);
  expect(server.seen).toEqual([]);
});

it('keeps credentials out of arguments, environment and files', async () => {
  const k6 = directory.program(
    'if [ "$1" = run ]; then echo "$@" > "$PID_FILE-arguments"; env > "$PID_FILE-environment"; fi\nexec "$K6" "$@"',
  );
  const { outcome } = await load({ plan: constant(20, 1000), ...where(), k6, access: withoutEnd(FIRST) });
  expect([outcome, refused()]).toEqual(['completed', 0]);
  const environment = directory.read('pid-environment');
  const bearer = /HEADER_AUTHORIZATION=Bearer ([\w-]{43})$/m.exec(environment)?.[1];
  const files = readdirSync(directory.path).filter((name) => name.startsWith('k6-'));
  expect(files).toHaveLength(3);
  for (const text of ['pid-arguments', ...files].map(directory.read)) {
    for (const secret of [FIRST.secretAccessKey, FIRST.sessionToken, bearer]) expect(text).not.toContain(secret);
  }
  expect(environment).not.toContain(FIRST.secretAccessKey);
});
