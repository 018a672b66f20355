import { createRuntimeMetrics } from '../../src/api/runtime-metrics';
import { RUNTIME_METRICS } from '../../src/contract';

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
      metrics.publish('7', 503);
      metrics.publish('7', 200);
      metrics.publish('8', 404);
    });
  });
  expect(warnings).toEqual([]);
  expect(lines).toHaveLength(6);
  const documents = lines.map((line) => JSON.parse(line));
  const directives = documents.map((document) => document._aws.CloudWatchMetrics[0]);
  expect(new Set(directives.map((directive) => directive.Namespace))).toEqual(new Set([RUNTIME_METRICS.namespace]));
  expect(directives[0]).toMatchObject({
    Dimensions: [['FunctionVersion'], ['FunctionVersion', 'StatusClass']],
    Metrics: [{ Name: 'Responses', Unit: 'Count' }],
  });
  expect(directives[1].Dimensions).toEqual([['FunctionVersion']]);
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
