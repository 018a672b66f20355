import fc from 'fast-check';
import { signatureHeaders } from '../../k6/sigv4';
import { expectedAuthorization, type Keys } from '../support/signature';

jest.mock('k6/crypto', () => jest.requireActual('./k6-crypto'), { virtual: true });

const keys: Keys = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJ//token==',
};
const region = 'eu-west-1';
const at = new Date('2026-11-24T08:00:00.123Z');

function ours(request: { method: string; url: string; body: string | null }, credentials = keys, when = at) {
  return signatureHeaders(request, credentials, { region, service: 'execute-api' }, when);
}

/** Text as it goes over the wire: what needs no encoding stays, as other clients leave it too. */
const wire = (reserved: string) =>
  fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 4 }).map(encodeURIComponent), fc.constantFrom(...reserved)), { maxLength: 4 });
const text = (reserved: string) => wire(reserved).map((parts) => parts.join(''));

const requests = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
  host: fc.constantFrom('abc.execute-api.eu-west-1.amazonaws.com', 'localhost:8080', '[::1]:9000'),
  segments: fc.array(fc.oneof(text(":@!$&'()*+,;=-._~"), fc.constantFrom('.', '..', '')), { maxLength: 5 }),
  query: fc.option(fc.array(fc.tuple(text("!$'()*,;:@/?-._~"), fc.option(text("!$'()*+,;:@/?=-._~"))), { maxLength: 5 })),
  body: fc.option(fc.string({ unit: 'grapheme' })),
  sessionToken: fc.option(fc.base64String({ minLength: 4 })),
  secretAccessKey: fc.constantFrom(keys.secretAccessKey, 'another/secret+key'),
  at: fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }),
});

it('signs as AWS does, whatever the path, query, body, token and day', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async ({ host, segments, query, body, sessionToken, secretAccessKey, ...rest }) => {
      const pairs = query?.map(([name, value]) => (value === null ? name : `${name}=${value}`));
      const target = `/${segments.join('/')}${pairs === undefined ? '' : `?${pairs.join('&')}`}`;
      const credentials = { ...keys, secretAccessKey, sessionToken };
      const headers = ours({ method: rest.method, url: `https://${host}${target}`, body }, credentials, rest.at);
      const expected = await expectedAuthorization({ method: rest.method, target, host, body: body ?? '' }, credentials, region, rest.at);
      expect(headers['authorization']).toBe(expected);
      expect(headers['x-amz-security-token']).toBe(sessionToken ?? undefined);
    }),
    { numRuns: 500 },
  );
});

it('signs the address of a stage that has no path', async () => {
  const host = 'abc.execute-api.eu-west-1.amazonaws.com';
  const expected = await expectedAuthorization({ method: 'GET', target: '/', host, body: '' }, keys, region, at);
  expect(ours({ method: 'GET', url: `https://${host}`, body: null })['authorization']).toBe(expected);
});

it.each([
  ['the method', { method: 'PUT' }],
  ['the path', { url: 'https://host/v1/other?limit=5' }],
  ['the query', { url: 'https://host/v1/path?limit=6' }],
  ['the host', { url: 'https://other/v1/path?limit=5' }],
  ['the body', { body: '{}' }],
])('binds the signature to %s', (_what, change) => {
  const request = { method: 'POST', url: 'https://host/v1/path?limit=5', body: null };
  expect(ours({ ...request, ...change })['authorization']).not.toBe(ours(request)['authorization']);
});

it('derives a new key for another day and for other credentials', async () => {
  const request = { method: 'GET', url: 'https://host/', body: null };
  const other = { ...keys, secretAccessKey: 'other' };
  for (const [credentials, when] of [
    [keys, at],
    [keys, new Date('2026-11-25T00:00:00Z')],
    [other, new Date('2026-11-25T00:00:01Z')],
    [keys, at],
  ] as const) {
    const expected = await expectedAuthorization({ method: 'GET', target: '/', host: 'host', body: '' }, credentials, region, when);
    expect(ours(request, credentials, when)['authorization']).toBe(expected);
  }
});

it('refuses what it can not sign', () => {
  expect(() => ours({ method: 'GET', url: '/v1/path', body: null })).toThrow('absolute');
});
