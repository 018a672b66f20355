import fc from 'fast-check';
import { type AwsKeys, iamToken } from '../../src/cache/iam-token';
import { signerOf } from '../support/signature';

const region = 'eu-west-1';

/** As AWS's own signer makes it. */
async function expected(cacheName: string, user: string, keys: AwsKeys, at: Date): Promise<URL> {
  const { query = {} } = await signerOf(keys, region, 'elasticache').presign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname: cacheName,
      path: '/',
      query: { Action: 'connect', User: user },
      headers: { host: cacheName },
    },
    { signingDate: at, expiresIn: 900 },
  );
  return new URL(`http://${cacheName}/?${new URLSearchParams(query as Record<string, string>)}`);
}

it('is what AWS signs, for every user, key and time', async () => {
  const cases = fc.record({
    cacheName: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/),
    user: fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), fc.string({ unit: 'grapheme', minLength: 1 })),
    accessKeyId: fc.stringMatching(/^ASIA[A-Z0-9]{16}$/),
    secretAccessKey: fc.base64String({ minLength: 8 }),
    sessionToken: fc.option(fc.base64String({ minLength: 8 })),
    at: fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ cacheName, user, at, ...keys }) => {
      const token = iamToken({ cacheName, user, region }, keys, at);
      const theirs = await expected(cacheName, user, keys, at);
      expect(token.startsWith(`${cacheName}/?`)).toBe(true);
      // A plus sign is a space to URLSearchParams, which is how it would be seen if one were left unencoded.
      expect(Object.fromEntries(new URL(`http://${token}`).searchParams)).toEqual(Object.fromEntries(theirs.searchParams));
    }),
    { numRuns: 200 },
  );
});

it('names its user and its 15 minutes, and has no scheme', () => {
  const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a/b==' };
  const token = iamToken({ cacheName: 'check-in', user: 'service', region }, keys, new Date('2026-11-24T08:00:00Z'));
  expect(token).toMatch(
    /^check-in\/\?Action=connect&User=service&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLE%2F20261124%2F/,
  );
  expect(token).toContain('X-Amz-Date=20261124T080000Z&X-Amz-Expires=900&X-Amz-Security-Token=a%2Fb%3D%3D&X-Amz-SignedHeaders=host&');
});
