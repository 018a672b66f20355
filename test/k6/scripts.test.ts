import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CheckInServer, startCheckInServer } from '../evidence/k6/check-in-server';
import { k6, repository } from '../evidence/k6/load-run';

const run = promisify(execFile);
const script = (name: string) => join(repository, 'k6', `${name}.ts`);

let server: CheckInServer;
beforeEach(async () => {
  server = await startCheckInServer();
});
afterEach(() => server.stop());

const environment = { ...process.env, K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false' };

it.each(['smoke', 'soak', 'spike', 'failover', 'canary'])('%s has a load of its own when nobody plans one', async (name) => {
  const { stdout } = await run(k6, ['inspect', '-e', `BASE_URL=${server.url}`, script(name)], { env: environment });
  const { scenarios } = JSON.parse(stdout) as { scenarios: Record<string, { executor: string; maxVUs: number | null }> };
  expect(scenarios['load']).toMatchObject({ executor: 'ramping-arrival-rate', maxVUs: null });
});

it('refuses to run without an address, and says which variable', async () => {
  await expect(run(k6, ['inspect', script('smoke')], { env: environment })).rejects.toMatchObject({
    stderr: expect.stringContaining('BASE_URL'),
  });
});

it('runs alone and prints what a person wants to know', async () => {
  const { stdout } = await run(k6, ['run', '--quiet', script('smoke'), '-e', `BASE_URL=${server.url}`], { env: environment });
  expect(stdout).toMatch(/^requests +5\d\ndropped +0\nchecks failed +0 of 5\d\nduration +median [\d.]+ ms/);
  expect(new Set(server.seen.map(({ method, url }) => `${method} ${url.split('/')[2] ?? url}`)).size).toBeGreaterThan(3);
});
