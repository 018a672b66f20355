import { metricNamed } from '../../../src/gates/catalogue';
import { inTier } from '../../../src/gates/catalogue/metric';
import { createLogMetrics } from '../../../src/twin/cloudwatch/log-metrics';
import type { MetricDatum } from '../../../src/twin/ports';

const FUNCTION = 'tidegate-staging';
const REPORT = 'REPORT RequestId: 1-2\tDuration: 2.04 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\tMax Memory Used: 97 MB';

function metricsOf(text: string): readonly MetricDatum[] {
  const data: MetricDatum[] = [];
  createLogMetrics({ record: (datum) => void data.push(datum) }, FUNCTION).line(text, 1000);
  return data;
}

test('a REPORT line becomes the metric that the gates ask for', () => {
  const { namespace, metricName, sourceUnit: unit, dimensions } = inTier(metricNamed('lambda.maxMemoryUsed'), { functionName: FUNCTION });
  const [set = {}] = dimensions({} as Parameters<typeof dimensions>[0], null);
  expect(metricsOf(REPORT)).toEqual([{ namespace, metricName, dimensions: set, unit, value: 97, at: 1000 }]);
});

test.each(['\tInit Duration: 171.20 ms', '\tStatus: timeout'])('so does one that goes on with %j', (rest) => {
  expect(metricsOf(REPORT + rest).map(({ value }) => value)).toEqual([97]);
});

test.each([
  ['memory that the kernel does not tell', REPORT.replace('97', '?')],
  ['the start of an invocation', 'START RequestId: 1-2 Version: 3'],
  ['a release that writes of memory', 'INFO Max Memory Used: 97 MB'],
])('%s is no metric', (_, line) => {
  expect(metricsOf(line)).toEqual([]);
});

test('embedded metrics are read as before', () => {
  const directive = { Namespace: 'Own', Dimensions: [[]], Metrics: [{ Name: 'A', Unit: 'Count' }] };
  expect(metricsOf(JSON.stringify({ _aws: { Timestamp: 5, CloudWatchMetrics: [directive] }, A: 2 }))).toMatchObject([
    { metricName: 'A', value: 2 },
  ]);
});
