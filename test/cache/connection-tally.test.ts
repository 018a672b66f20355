import { createClient } from 'redis';
import { tally } from '../support/cache';
import { startValkey, type TestValkey } from '../support/valkey';

let server: TestValkey;
beforeAll(async () => {
  server = await startValkey();
  tally.take();
});
afterAll(() => server.stop());

it('counts the connections of any client of the process once', async () => {
  const client = createClient({ url: server.url });
  await client.connect();
  expect(tally.take()).toMatchObject({ connects: 1, reconnects: 0 });
  expect(tally.take()).toEqual({ connects: 0, reconnects: 0, connectTimesMs: [] });
  client.destroy();
});

it('tells a connection that replaces a lost one from a further one', async () => {
  const client = createClient({ url: server.url, socket: { reconnectStrategy: 5 } });
  client.on('error', () => undefined);
  await client.connect();
  const again = new Promise((resolve) => client.once('ready', resolve));
  await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await again;
  expect(tally.take()).toMatchObject({ connects: 2, reconnects: 1 });
  client.destroy();
});
