import { CATALOGUE, metricNamed } from '../../src/gates/catalogue';
import { metricsFor, queriesFor } from '../../src/gates/collect';
import { gatesOf } from '../../src/gates/policy/resolve';
import { IDENTITY, policyOf } from './builders';

const { policy } = policyOf();

describe('what must be collected', () => {
  test('load validity, floor and environments need three metrics always', () => {
    expect(metricsFor([]).map(({ name }) => name)).toEqual(['api.requests', 'lambda.concurrency', 'redis.connections']);
  });

  test("a soak's gates bring numerators, denominators and heartbeats, each once", () => {
    expect(metricsFor(gatesOf(policy, 'soak')).map(({ name }) => name)).toEqual([
      'api.requests',
      'api.5xx',
      'api.latencyP95',
      'lambda.throttles',
      'lambda.concurrency',
      'lambda.maxMemoryUsed',
      'redis.connections',
      'redis.newConnections',
      'redis.engineCpu',
      'runtime.openFileDescriptors',
      'client.requests',
      'client.failed',
      'client.checksFailed',
    ]);
  });

  test('ElastiCache is asked node by node, API and Lambda once', () => {
    const queries = queriesFor(gatesOf(policy, 'soak'), 'soak', IDENTITY).map(({ metric, dimensions }) => [metric.name, dimensions]);
    expect(queries).toContainEqual(['redis.connections', { CacheClusterId: 'cache-001', CacheNodeId: '0001' }]);
    expect(queries).toContainEqual(['redis.connections', { CacheClusterId: 'cache-002', CacheNodeId: '0001' }]);
    expect(queries).toContainEqual(['api.5xx', { ApiId: 'api1', Stage: '$default' }]);
    expect(queries).toContainEqual(['lambda.throttles', { FunctionName: 'check-in', Resource: 'check-in:live' }]);
    expect(queries.map(([name]) => name)).not.toContain('client.requests');
  });

  test('a canary asks by version, for the new and the previous one', () => {
    const queries = queriesFor(gatesOf(policy, 'canary'), 'canary', IDENTITY).map(({ metric, dimensions }) => [metric.name, dimensions]);
    for (const version of ['2', '1']) {
      expect(queries).toContainEqual(['lambda.errors', { FunctionName: 'check-in', Resource: 'check-in:live', ExecutedVersion: version }]);
      expect(queries).toContainEqual([
        'lambda.invocations',
        { FunctionName: 'check-in', Resource: 'check-in:live', ExecutedVersion: version },
      ]);
      expect(queries).toContainEqual(['runtime.responses5xx', { FunctionName: 'check-in', FunctionVersion: version, StatusClass: '5xx' }]);
    }
    const same = queriesFor(gatesOf(policy, 'canary'), 'canary', { ...IDENTITY, previousVersion: IDENTITY.version });
    expect(new Set(same.map(({ metric, dimensions }) => JSON.stringify([metric.name, dimensions]))).size).toBe(same.length);
    expect(queriesFor([], 'canary', IDENTITY).some(({ metric }) => metric.name === 'lambda.invocations')).toBe(true);
  });
});

describe('the catalogue', () => {
  test('names are unique and every reference exists', () => {
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
    for (const { absent, within, from } of CATALOGUE) {
      for (const name of [absent === 'unknown' ? null : absent.zeroWhere, within, from])
        if (name !== null) expect(metricNamed(name).name).toBe(name);
    }
  });

  test('only counters are ever zero when absent', () => {
    expect(CATALOGUE.filter(({ kind, absent }) => kind !== 'count' && absent !== 'unknown')).toEqual([]);
  });

  test('connections are gauges read by Maximum, never by Sum', () => {
    expect(metricNamed('redis.connections')).toMatchObject({
      metricName: 'CurrConnections',
      statistic: 'Maximum',
      kind: 'gauge',
      independentOfLoad: true,
    });
    expect(() => metricNamed('lambda.environmentsStarted')).toThrow(RangeError);
  });
});
