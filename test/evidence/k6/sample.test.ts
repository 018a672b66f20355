import { parseLine } from '../../../src/evidence/k6/sample';

/** Lines as k6 v2.2.0 wrote them. */
const REQUEST =
  '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-24T05:46:13.194444509Z","value":2.20459,"tags":{"method":"GET","name":"GET /x","route":"GET /x","scenario":"load","status":"200"},"metadata":{"vu":"303"}}}';
const CHECK =
  '{"metric":"checks","type":"Point","data":{"time":"2026-11-24T07:46:13.2+02:00","value":0,"tags":{"check":"ok","scenario":"load"},"metadata":{"vu":"303"}}}';

describe('parseLine', () => {
  it('reads a request with its end, duration and route', () => {
    expect(parseLine(REQUEST)).toEqual({
      kind: 'request',
      at: Date.parse('2026-11-24T05:46:13.194Z'),
      durationMs: 2.20459,
      status: 200,
      timedOut: false,
      route: 'GET /x',
      scenario: 'load',
      vu: '303',
    });
  });

  it('reads the time of a machine that is not in UTC', () => {
    expect(parseLine(CHECK)).toMatchObject({ kind: 'check', at: Date.parse('2026-11-24T05:46:13.200Z'), passed: false });
  });

  it('knows a time-out by k6 error code, whatever its duration', () => {
    const line = REQUEST.replace('"status":"200"', '"status":"0","error_code":"1050"');
    expect(parseLine(line)).toMatchObject({ kind: 'request', status: 0, timedOut: true });
  });

  it('falls back to the name for scripts without our route tag', () => {
    expect(parseLine(REQUEST.replace('"route":"GET /x",', '"x":"",'))).toMatchObject({ route: 'GET /x' });
  });

  it.each([
    [
      'a metric that is not needed',
      '{"metric":"http_req_waiting","type":"Point","data":{"time":"2026-11-24T05:46:13Z","value":1,"tags":{}}}',
    ],
    ['the declaration of a metric', '{"type":"Metric","data":{"name":"checks","type":"rate"},"metric":"checks"}'],
  ])('passes over %s', (_name, line) => {
    expect(parseLine(line)).toEqual({ kind: 'other' });
  });

  it.each([
    ['a line that was cut by a kill', REQUEST.slice(0, 120)],
    ['a value that is no number', REQUEST.replace('2.20459', '"2"')],
    ['a value that JSON does not know', REQUEST.replace('2.20459', 'NaN')],
    ['a time that is none', REQUEST.replace('2026-11-24T05:46:13.194444509Z', 'yesterday')],
    ['no data', '{"metric":"checks","type":"Point","data":null}'],
    ['what a script printed', 'hello {"metric":"checks"}'],
    ['an empty line', ''],
  ])('calls %s malformed', (_name, line) => {
    expect(parseLine(line)).toEqual({ kind: 'malformed' });
  });
});
