import { createEmfSink } from '../../../src/twin/cloudwatch/emf';
import type { MetricDatum } from '../../../src/twin/ports';

const AT = 1_767_614_400_000;

function read(...lines: readonly (string | object)[]): { readonly accepted: readonly boolean[]; readonly data: readonly MetricDatum[] } {
  const data: MetricDatum[] = [];
  const sink = createEmfSink({ record: (datum) => data.push(datum) });
  return { accepted: lines.map((line) => sink.line(typeof line === 'string' ? line : JSON.stringify(line), AT + 5)), data };
}

function emf(directive: object, members: object): object {
  const entry = { Namespace: 'CheckIn', Dimensions: [['service']], Metrics: [{ Name: 'Responses', Unit: 'Count' }], ...directive };
  return { _aws: { Timestamp: AT, CloudWatchMetrics: [entry] }, service: 'check-in-api', Responses: 1, ...members };
}

test('a value becomes a datum at the time that the line names', () => {
  const { accepted, data } = read(emf({}, { Responses: 3 }));
  expect(accepted).toEqual([true]);
  expect(data).toEqual([
    { namespace: 'CheckIn', metricName: 'Responses', dimensions: { service: 'check-in-api' }, unit: 'Count', value: 3, at: AT },
  ]);
});

test('every value of an array counts, under every set of dimensions', () => {
  const { data } = read(emf({ Dimensions: [['service'], ['service', 'StatusClass'], []] }, { StatusClass: '2xx', Responses: [1, 2] }));
  expect(data.map(({ dimensions, value }) => [Object.keys(dimensions).length, value])).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [0, 1],
    [0, 2],
  ]);
});

test('a metric without a unit has none', () => {
  expect(read(emf({ Metrics: [{ Name: 'Responses' }] }, {})).data[0]?.unit).toBe('None');
});

test.each([
  ['plain text', 'INFO "CloudWatchMetrics" are fine'],
  ['other JSON', { level: 'INFO', message: 'hello' }],
  ['half a line', JSON.stringify(emf({}, {})).slice(0, -5)],
  ['no directive', { _aws: { Timestamp: AT, CloudWatchMetrics: [] } }],
  ['no time', { _aws: { CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [[]], Metrics: [{ Name: 'M' }] }] }, M: 1 }],
  ['a value that is text', emf({}, { Responses: '3' })],
  ['a value that is missing', emf({ Metrics: [{ Name: 'Missing' }] }, {})],
  ['an array that holds text', emf({}, { Responses: [1, 'x'] })],
  ['too many values', emf({}, { Responses: Array.from({ length: 101 }, () => 1) })],
  ['a dimension that is missing', emf({ Dimensions: [['absent']] }, {})],
  ['no set of dimensions', emf({ Dimensions: [] }, {})],
  ["a namespace of AWS's own", emf({ Namespace: 'AWS/Lambda' }, {})],
])('%s makes no metric', (_name, line) => {
  expect(read(line)).toEqual({ accepted: [false], data: [] });
});

test('one bad metric or set leaves the good ones', () => {
  const { data } = read(emf({ Dimensions: [['absent'], ['service']], Metrics: [{ Name: 'Responses' }, { Name: 'Missing' }] }, {}));
  expect(data.map(({ metricName, dimensions }) => [metricName, dimensions])).toEqual([['Responses', { service: 'check-in-api' }]]);
});
