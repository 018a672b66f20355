import { stringify } from 'yaml';

export interface FirstPolicy {
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly script: string;
  /** The JSON Schema that editors check it with, seen from the policy. */
  readonly schema: string;
  /** The last day on which the gates that need a week's experience only observe, `2026-12-31`. */
  readonly observeUntil: string;
}

/**
 * The policy that a service begins with. Nothing in it needs more of the service than that it runs; what could be red on day
 * one for reasons nobody knows yet only observes.
 */
export function firstPolicy({ entry, environment, script, schema, observeUntil }: FirstPolicy): string {
  const observe = `mode: observe, until: ${observeUntil}`;
  const text = (value: unknown) => stringify(value, { lineWidth: 0 }).trim();
  const names = Object.entries(environment).map(([name, value]) => `    ${name}: ${text(value)}\n`);
  return `# yaml-language-server: $schema=${schema}
# What a release must show before it may reach production. An unknown key is an error, with its line and the nearest valid name.
version: 1

release:
  # The Lambda handler: the file that exports \`handler\`.
  entry: ${text(entry)}
${names.length > 0 ? `  # What your service calls the cache's addresses.\n  env:\n${names.join('')}` : '  # env: { REDIS_URL: "{cache.primary}" }\n'}
targets:
  # Staging and production on one machine. AWS is added here when the gates are trusted.
  twin: { period: 1s, settle: { poll: 200ms, deadline: 10s, floorDeadline: 30s } }

production: { peakConcurrency: 100, cacheMaxConnectionsPerNode: 65000 }

promotion: { profile: quick, maxEvidenceAge: 24h, approval: environment, approverMayBeAuthor: false }

stages:
  smoke:
    script: ${text(script)}
    load:
      test:  { rate: 20/s, duration: 2s, warm: 2, requestTimeout: 2s }
      quick: { rate: 10/s, duration: 5s, warm: 2, requestTimeout: 5s }
    gates:
      - { id: smoke-failed, judge: limit, of: client.failed / client.requests, max: 0, minRequests: 20 }
      - { id: smoke-checks, judge: limit, of: client.checksFailed / client.requests, max: 0, minRequests: 20 }

  soak:
    script: ${text(script)}
    reservedConcurrency: 10
    load:
      test:  { rate: 50/s, duration: 8s, rampUp: 2s, requestTimeout: 2s }
      quick: { rate: 30/s, duration: 60s, rampUp: 5s, requestTimeout: 5s }
    # How long to watch after the load: idle-return is judged there.
    observeAfter: { test: 2s, quick: 10s }
    gates:
      # These observe until ${observeUntil}: look at what they say of your releases, then delete mode and until.
      - { id: redis-connection-leak, judge: leak, of: redis.connections, growthFloor: 20%, growthFloorAbsolute: 1, maxPerEnvironment: 3, minDatapoints: 5, ${observe} }
      - { id: redis-idle-return, judge: idle-return, of: redis.connections, maxPerEnvironment: 3, ${observe} }
      # No slower than the last release that was promoted with passing gates, and never slower than max: the first release has only that.
      - { id: latency-against-last, judge: baseline, of: client.p95, maxIncrease: 50%, maxIncreaseAbsolute: 20ms, max: 1s, ${observe} }
      - { id: redis-new-connections, judge: limit, of: redis.newConnections / api.requests, max: 0.2 }
      - { id: redis-capacity, judge: capacity, of: redis.connectionsPerNode, max: 80% }
      - { id: api-5xx, judge: limit, of: api.5xx / api.requests, max: 1% }
      - { id: client-failed, judge: limit, of: client.failed / client.requests, max: 1% }
      - { id: client-checks, judge: limit, of: client.checksFailed / client.requests, max: 1% }
      - { id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }

  spike:
    script: ${text(script)}
    reservedConcurrency: 20
    load:
      test:  { baselineRate: 10/s, before: 1s, rampUp: 500ms, rate: 50/s, duration: 3s, rampDown: 500ms, after: 2s, requestTimeout: 2s }
      quick: { baselineRate: 10/s, before: 5s, rampUp: 1s, rate: 50/s, duration: 6s, rampDown: 1s, after: 7s, requestTimeout: 5s }
    observeAfter: { test: 1s, quick: 5s }
    gates:
      - { id: spike-api-5xx, judge: limit, of: api.5xx / api.requests, max: 5% }
      - { id: spike-failed, judge: limit, of: client.failed / client.requests, max: 5% }
      - { id: spike-throttles, judge: limit, of: lambda.throttles, max: 0 }

  canary:
    script: ${text(script)}
    # The share of production's requests that the new version gets while it is watched.
    weight: 50%
    onInconclusive: roll-back
    load:
      test:  { rate: 30/s, duration: 5s, requestTimeout: 2s }
      quick: { rate: 30/s, duration: 10s, requestTimeout: 5s }
    gates:
      - { id: canary-errors, judge: limit, of: lambda.errors / lambda.invocations, max: 5%, minRequests: 40 }
`;
}
