import type { NodeInfo } from '../../../src/twin/cache/node-info';
import { parseNodeInfo } from '../../../src/twin/cache/node-info';
import { nodeMetrics } from '../../../src/twin/cache/node-metrics';
import { createLagMeter } from '../../../src/twin/cache/replication-lag';

const QUIET: NodeInfo = {
  runId: 'a',
  role: 'primary',
  connections: 5,
  connectionsReceived: 100,
  keyspaceHits: 10,
  keyspaceMisses: 4,
  engineCpuSeconds: 2,
  usedMemory: 50,
  maxMemory: 0,
  replicationOffset: 0,
  primaryLink: null,
};

function valuesOf(info: Partial<NodeInfo>, previous: Partial<NodeInfo> | null): Record<string, number> {
  const before = previous === null ? null : { info: { ...QUIET, ...previous }, at: 1_000 };
  const metrics = nodeMetrics({ info: { ...QUIET, ...info }, at: 3_000 }, before);
  return Object.fromEntries(metrics.map(({ metricName, value }) => [metricName, value]));
}

describe('metrics of a node', () => {
  test('are only gauges at first: what counters counted before is nobody knows when', () => {
    expect(valuesOf({}, null)).toEqual({ CurrConnections: 5 });
  });

  test('are differences of counters, and CPU as a share of the time between', () => {
    expect(valuesOf({ connectionsReceived: 103, engineCpuSeconds: 2.5, keyspaceHits: 12 }, {})).toEqual({
      CurrConnections: 5,
      NewConnections: 3,
      EngineCPUUtilization: 25,
      CacheHits: 2,
      CacheMisses: 0,
    });
  });

  test('of another server under the same id count from its start, not backwards', () => {
    const values = valuesOf({ runId: 'b', connectionsReceived: 2, engineCpuSeconds: 0.02, keyspaceHits: 0, keyspaceMisses: 1 }, {});
    expect(values).toMatchObject({ NewConnections: 2, EngineCPUUtilization: 1, CacheHits: 0, CacheMisses: 1 });
  });

  test('have a share of memory only where memory is limited', () => {
    expect(valuesOf({ maxMemory: 200 }, null)).toMatchObject({ DatabaseMemoryUsagePercentage: 25 });
  });
});

describe('INFO', () => {
  const FIELDS = {
    run_id: 'abc',
    role: 'slave',
    master_link_status: 'up',
    master_repl_offset: '20',
    slave_repl_offset: '14',
    connected_clients: '3',
    total_connections_received: '9',
    keyspace_hits: '0',
    keyspace_misses: '0',
    used_memory: '1000',
    maxmemory: '0',
    used_cpu_sys: '5',
    used_cpu_user: '5',
    used_cpu_sys_main_thread: '0.25',
    used_cpu_user_main_thread: '0.5',
  };
  const text = (changes: object) =>
    `# Section\r\n${Object.entries({ ...FIELDS, ...changes })
      .map(([name, value]) => `${name}:${value}`)
      .join('\r\n')}\r\n`;

  test('of a replica counts its link to the primary only while the link is up', () => {
    expect(parseNodeInfo(text({})).connections).toBe(2);
    const down = parseNodeInfo(text({ master_link_status: 'down', master_link_down_since_seconds: '7' }));
    expect(down).toMatchObject({ connections: 3, primaryLink: { up: false, downForSeconds: 7 } });
  });

  test('of a primary leaves nothing out', () => {
    expect(parseNodeInfo(text({ role: 'master' }))).toMatchObject({ connections: 3, primaryLink: null, replicationOffset: 20 });
  });

  test('gives the CPU of the thread that runs commands', () => {
    expect(parseNodeInfo(text({})).engineCpuSeconds).toBe(0.75);
  });

  test('of a server that lacks a field is refused by its name', () => {
    expect(() => parseNodeInfo(text({}).replace(/connected_clients:3\r\n/, ''))).toThrow(/connected_clients/);
  });
});

describe('replication lag', () => {
  test('is the age of the oldest write that the replica lacks', () => {
    const meter = createLagMeter();
    meter.primaryAt(100, 1_000);
    meter.primaryAt(150, 2_000);
    meter.primaryAt(150, 2_500);
    meter.primaryAt(200, 3_000);
    expect(meter.lagOf(100, 4_000)).toBe(2);
    expect(meter.lagOf(150, 4_000)).toBe(1);
    expect(meter.lagOf(200, 4_000)).toBe(0);
  });

  test('starts anew under another primary', () => {
    const meter = createLagMeter();
    meter.primaryAt(500, 1_000);
    meter.primaryAt(10, 2_000);
    expect(meter.lagOf(10, 3_000)).toBe(0);
  });
});
