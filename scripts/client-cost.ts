/**
 * What making a Redis client costs before it connects, by what was made before it: node scripts/run.mjs client-cost
 *
 * redis 6.3.1 keeps the class of the last options only. A client with other options than the one before rebuilds it.
 */
import { createClient } from 'redis';

const ROUNDS = 40;
const one = () => createClient({ url: 'redis://localhost:6379' });
const other = () => createClient({ url: 'redis://localhost:6380' });
const template = createClient();

/** Mean CPU milliseconds and megabytes of heap per client; garbage counts, because it has to be collected. */
function cost(make: (round: number) => unknown): { readonly cpuMs: string; readonly heapMb: string } {
  const clients: unknown[] = [];
  let bytes = 0;
  const cpu = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.memoryUsage().heapUsed;
    clients.push(make(round));
    bytes += Math.max(0, process.memoryUsage().heapUsed - before);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: ((user + system) / 1000 / ROUNDS).toFixed(2), heapMb: (bytes / 1e6 / ROUNDS).toFixed(2) };
}

one();
const rows = {
  'the same options each time': cost(one),
  'two addresses in turn': cost((round) => (round % 2 === 0 ? one() : other())),
  'duplicates of one client, two addresses in turn': cost((round) =>
    template.duplicate({ socket: { host: 'localhost', port: 6379 + (round % 2) } }),
  ),
};
for (const [name, { cpuMs, heapMb }] of Object.entries(rows)) {
  process.stdout.write(`${name.padEnd(50)} ${cpuMs.padStart(7)} ms CPU ${heapMb.padStart(7)} MB a client\n`);
}
