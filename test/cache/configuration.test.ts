import { readCacheConfiguration } from '../../src/cache/configuration';
import { parseEndpoint } from '../../src/cache/endpoint';
import { CacheConfigurationError } from '../../src/cache/errors';
import { CACHE_ENV } from '../../src/contract';

const addresses = { [CACHE_ENV.primaryUrl]: 'redis://primary.cache:6379', [CACHE_ENV.readerUrl]: 'redis://reader.cache' };

it('shares one client when no strategy is named', () => {
  const { strategy, endpoints } = readCacheConfiguration(addresses);
  expect(strategy).toEqual({ name: 'shared' });
  expect(endpoints.reader).toEqual({ host: 'reader.cache', port: 6379, tls: false, database: 0, user: null, password: null });
});

it('takes a pool only with its maximum', () => {
  const pool = { ...addresses, [CACHE_ENV.strategy]: 'pool' };
  expect(readCacheConfiguration({ ...pool, [CACHE_ENV.poolMaximum]: '4' }).strategy).toEqual({ name: 'pool', maximum: 4 });
  for (const maximum of [undefined, '', '0', '2.5', 'many', '1001']) {
    expect(() => readCacheConfiguration({ ...pool, [CACHE_ENV.poolMaximum]: maximum })).toThrow(CACHE_ENV.poolMaximum);
  }
});

it.each([
  [{ ...addresses, [CACHE_ENV.strategy]: 'singleton' }, CACHE_ENV.strategy],
  [{ [CACHE_ENV.readerUrl]: 'redis://reader' }, CACHE_ENV.primaryUrl],
  [{ ...addresses, [CACHE_ENV.readerUrl]: 'reader.cache:6379' }, CACHE_ENV.readerUrl],
  [{ ...addresses, [CACHE_ENV.readerUrl]: 'https://reader.cache' }, CACHE_ENV.readerUrl],
  [{ ...addresses, [CACHE_ENV.readerUrl]: 'redis://reader/first' }, CACHE_ENV.readerUrl],
])('refuses %j by naming %s', (environment, variable) => {
  expect(() => readCacheConfiguration(environment)).toThrow(CacheConfigurationError);
  expect(() => readCacheConfiguration(environment)).toThrow(variable);
});

const tokens = {
  [CACHE_ENV.primaryUrl]: 'rediss://service@primary.cache',
  [CACHE_ENV.readerUrl]: 'rediss://service@reader.cache',
  [CACHE_ENV.authentication]: 'iam',
  [CACHE_ENV.name]: 'check-in',
  AWS_REGION: 'eu-west-1',
};

it('authenticates by tokens for users of addresses with TLS', () => {
  const { authentication, endpoints } = readCacheConfiguration(tokens);
  expect(authentication).toEqual({ kind: 'iam', cacheName: 'check-in', region: 'eu-west-1' });
  expect(endpoints.reader).toMatchObject({ tls: true, user: 'service', password: null });
});

it.each([
  ['without TLS', { [CACHE_ENV.readerUrl]: 'redis://service@reader.cache' }, CACHE_ENV.readerUrl],
  ['without a user', { [CACHE_ENV.primaryUrl]: 'rediss://primary.cache' }, CACHE_ENV.primaryUrl],
  ['with a password', { [CACHE_ENV.primaryUrl]: 'rediss://service:hunter2@primary.cache' }, CACHE_ENV.primaryUrl],
  ['without the name of the cache', { [CACHE_ENV.name]: undefined }, CACHE_ENV.name],
  ['with an address in place of the name', { [CACHE_ENV.name]: 'master.check-in.abc.euw1.cache.amazonaws.com' }, CACHE_ENV.name],
  ['without a region', { AWS_REGION: undefined }, 'AWS_REGION'],
  ['of another kind', { [CACHE_ENV.authentication]: 'IAM' }, CACHE_ENV.authentication],
  ['forgotten', { [CACHE_ENV.authentication]: undefined }, CACHE_ENV.primaryUrl],
])('refuses IAM authentication %s', (_what, change, variable) => {
  const read = () => readCacheConfiguration({ ...tokens, ...change });
  expect(read).toThrow(CacheConfigurationError);
  expect(read).toThrow(new RegExp(`^${variable} `));
  expect(read).not.toThrow('hunter2');
});

it('reads TLS, user, password, database and IPv6', () => {
  expect(parseEndpoint('rediss://svc:p%40ss@[::1]:7000/2', 'X')).toEqual({
    host: '::1',
    port: 7000,
    tls: true,
    database: 2,
    user: 'svc',
    password: 'p@ss',
  });
});

it('never repeats a password in a message', () => {
  expect(() => parseEndpoint('http://user:hunter2@host', 'X')).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
  );
});
