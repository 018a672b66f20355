import { k6Environment } from '../../../src/evidence/k6/process';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

it('keeps the settings and secrets of the user away from the planned load', () => {
  Object.assign(process.env, {
    K6_VUS: '1',
    K6_DURATION: '1s',
    K6_OUT: 'cloud',
    AWS_SECRET_ACCESS_KEY: 'secret',
    HTTPS_PROXY: 'http://proxy',
  });
  const environment = k6Environment('/reports', { BASE_URL: 'http://api' });
  expect(environment).toMatchObject({ PATH: process.env['PATH'], HOME: '/reports', HTTPS_PROXY: 'http://proxy', BASE_URL: 'http://api' });
  expect(
    Object.keys(environment)
      .filter((name) => /^(K6|AWS)_/.test(name))
      .sort(),
  ).toEqual(['K6_AUTO_EXTENSION_RESOLUTION', 'K6_NO_USAGE_REPORT']);
});

it('lets the caller add what a script needs', () => {
  expect(k6Environment('/reports', { AWS_SESSION_TOKEN: 'narrowed' })['AWS_SESSION_TOKEN']).toBe('narrowed');
});
