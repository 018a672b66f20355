import { createRuntimeMetrics } from '../../src/api/runtime-metrics';
import { RUNTIME_METRICS } from '../../src/contract';
import { RUNTIME_CATALOGUE } from '../../src/gates/catalogue/runtime';
import type { TierIdentity } from '../../src/gates/evidence-schema';
import { createEmfSink } from '../../src/twin/cloudwatch/emf';
import type { MetricDatum } from '../../src/twin/ports';

/** What a function writes to a stream of this process. */
function captured(stream: NodeJS.WriteStream, during: () => void): string[] {
  const texts: string[] = [];
  const write = stream.write;
  stream.write = (text: Uint8Array | string) => texts.push(String(text)) > 0;
  try {
    during();
  } finally {
    stream.write = write;
  }
  return texts;
}

it('writes two lines an invocation, with exactly the dimensions that readers ask for, and no warning', () => {
  const metrics = createRuntimeMetrics();
  let lines: string[] = [];
  const warnings = captured(process.stderr, () => {
    lines = captured(process.stdout, () => {
      metrics.publish({ functionName: 'check-in', functionVersion: '7' }, 503);
      metrics.publish({ functionName: 'check-in', functionVersion: '7' }, 200);
      metrics.publish({ functionName: 'check-in', functionVersion: '8' }, 404);
    });
  });
  expect(warnings).toEqual([]);
  expect(lines).toHaveLength(6);
  const documents = lines.map((line) => JSON.parse(line));
  const directives = documents.map((document) => document._aws.CloudWatchMetrics[0]);
  expect(new Set(directives.map((directive) => directive.Namespace))).toEqual(new Set([RUNTIME_METRICS.namespace]));
  expect(directives[0]).toMatchObject({
    Dimensions: [
      ['FunctionName', 'FunctionVersion'],
      ['FunctionName', 'FunctionVersion', 'StatusClass'],
    ],
    Metrics: [{ Name: 'Responses', Unit: 'Count' }],
  });
  expect(directives[1].Dimensions).toEqual([['FunctionName', 'FunctionVersion']]);
  expect(new Set(documents.map((document) => document.FunctionName))).toEqual(new Set(['check-in']));
  expect(documents.map((document) => [document.FunctionVersion, document.StatusClass, document.Responses])).toEqual([
    ['7', '5xx', 1],
    ['7', undefined, undefined],
    ['7', '2xx', 1],
    ['7', undefined, undefined],
    ['8', '4xx', 1],
    ['8', undefined, undefined],
  ]);
  expect(documents[1]).toMatchObject({ RedisConnects: 0, RedisReconnects: 0, OpenFileDescriptors: expect.any(Number) });
});

it('writes every metric of the catalogue under the dimensions that gates ask for', () => {
  const metrics = createRuntimeMetrics();
  const data: MetricDatum[] = [];
  const sink = createEmfSink({ record: (datum) => void data.push(datum) });
  const invoked = { functionName: 'check-in', functionVersion: '7' };
  for (const line of captured(process.stdout, () => metrics.publish(invoked, 503))) sink.line(line, 0);
  const identity = { functionName: 'check-in', version: '7' } as TierIdentity;
  for (const { metricName, dimensions } of RUNTIME_CATALOGUE) {
    const written = data.filter((datum) => datum.metricName === metricName).map((datum) => datum.dimensions);
    for (const asked of dimensions(identity, null)) expect(written).toContainEqual(asked);
  }
});
