import { doctor, inspectMachine } from '../../src/cli/commands/doctor';
import { limitOf, type Machine, portsInRange } from '../../src/pipeline/machine';

const healthy: Machine = {
  platform: 'linux',
  node: { path: '/opt/node', version: '24.21.0' },
  npm: '11.0.0',
  valkeyServer: { path: '/opt/valkey-server', version: '9.1.2' },
  k6: { path: '/opt/k6', version: '2.2.0' },
  cores: 2,
  memoryBytes: 8 * 1024 ** 3,
  descriptorLimit: 4096,
  ephemeralPorts: 28_232,
  canListen: true,
  localhost: ['127.0.0.1'],
  hasCpuPressure: true,
  hasSetpriv: true,
};

test('a healthy machine has nothing to do', () => {
  const checks = inspectMachine(healthy);
  expect(checks.filter((check) => !check.ok || check.advice !== '')).toEqual([]);
});

test.each<[string, Partial<Machine>, { readonly required: boolean; readonly advice: RegExp }]>([
  ['system', { platform: 'win32' }, { required: true, advice: /WSL/ }],
  ['system', { platform: 'darwin' }, { required: false, advice: /unproven/ }],
  ['node', { node: null }, { required: true, advice: /npm run setup.*Node 24\.9/ }],
  ['valkey', { valkeyServer: null }, { required: true, advice: /npm run setup.*7\.0/ }],
  ['k6', { k6: null }, { required: true, advice: /npm run setup.*major 2/ }],
  ['npm', { npm: null }, { required: false, advice: /Install npm/ }],
  ['cores', { cores: 1 }, { required: true, advice: /2 cores/ }],
  ['memory', { memoryBytes: 2 * 1024 ** 3 }, { required: false, advice: /4 GiB/ }],
  ['open files', { descriptorLimit: 4095 }, { required: true, advice: /4096/ }],
  ['ports', { ephemeralPorts: 1_000 }, { required: false, advice: /ip_local_port_range/ }],
  ['loopback', { canListen: false }, { required: true, advice: /127\.0\.0\.1/ }],
  ['loopback', { localhost: ['203.0.113.9'] }, { required: true, advice: /localhost/ }],
  ['CPU pressure', { hasCpuPressure: false }, { required: false, advice: /starved/ }],
  ['setpriv', { hasSetpriv: false }, { required: false, advice: /util-linux/ }],
])('%s: %j is found, with advice', (name, change, { required, advice }) => {
  const wrong = inspectMachine({ ...healthy, ...change }).filter((check) => !check.ok);
  expect(wrong).toEqual([expect.objectContaining({ name, required, advice: expect.stringMatching(advice) })]);
});

test('what the system does not tell is not held against it', () => {
  const checks = inspectMachine({ ...healthy, descriptorLimit: null, ephemeralPorts: null });
  expect(checks.every((check) => check.ok)).toBe(true);
  expect(checks.find((check) => check.name === 'open files')?.found).toBe('the system does not tell');
});

test('limits are read as shells and kernels write them', () => {
  expect([limitOf('unlimited\n'), limitOf('20000\n'), limitOf('?')]).toEqual([Number.POSITIVE_INFINITY, 20_000, null]);
  expect([portsInRange('32768\t60999\n'), portsInRange('')]).toEqual([28_232, null]);
});

test('this machine, set up, lacks nothing that is required, and the result survives JSON', async () => {
  const checks = await doctor();
  expect(checks.filter((check) => check.required && !check.ok)).toEqual([]);
  expect(JSON.parse(JSON.stringify(checks))).toEqual(checks);
});
