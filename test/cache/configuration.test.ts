import { readCacheConfiguration } from '../../src/cache/configuration';
import { parseEndpoint } from '../../src/cache/endpoint';
import { CacheConfigurationError } from '../../src/cache/errors';
import { CACHE_ENV } from '../../src/contract';

const addresses = { [CACHE_ENV.primaryUrl]: 'redis://primary.cache:6379', [CACHE_ENV.readerUrl]: 'redis://reader.cache' };

it('shares one client when no strategy is named', () => {
  const { strategy, endpoints } = readCacheConfiguration(addresses);
  expect(strategy).toEqual({ name: 'shared' });
  expect(endpoints.reader).toEqual({ host: 'reader.cache', port: 6379, tls: false, database: 0, credentials: null });
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

it('reads TLS, user, password, database and IPv6', () => {
  expect(parseEndpoint('rediss://svc:p%40ss@[::1]:7000/2', 'X')).toEqual({
    host: '::1',
    port: 7000,
    tls: true,
    database: 2,
    credentials: { username: 'svc', password: 'p@ss' },
  });
});

it('never repeats a password in a message', () => {
  expect(() => parseEndpoint('http://user:hunter2@host', 'X')).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
  );
});
