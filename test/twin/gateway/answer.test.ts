import { integrationStatus, toAnswer } from '../../../src/twin/gateway/answer';
import { errorOutcome, type InvokeOutcome, responseOutcome } from '../../../src/twin/lambda/invocation';

const answerTo = (value: unknown) => {
  const { body, ...rest } = toAnswer(responseOutcome(Buffer.from(JSON.stringify(value)), '1'));
  return { ...rest, body: body.toString() };
};

describe('The answer to a function’s response', () => {
  it('takes status, headers, cookies and body as they are given', () => {
    const value = { statusCode: 201, headers: { 'X-One': 1, 'content-type': 'application/problem+json' }, cookies: ['a=1'], body: '{}' };
    expect(answerTo(value)).toEqual({
      status: 201,
      headers: { 'x-one': '1', 'content-type': 'application/problem+json' },
      cookies: ['a=1'],
      body: '{}',
      error: null,
    });
  });

  it('decodes base64, and calls text without a type plain text', () => {
    const answer = answerTo({ statusCode: '200', body: Buffer.from('bytes').toString('base64'), isBase64Encoded: true });
    expect(answer).toMatchObject({ status: 200, body: 'bytes', headers: { 'content-type': 'text/plain; charset=UTF-8' } });
    expect(answerTo({ statusCode: 204 })).toMatchObject({ status: 204, body: '' });
  });

  it.each([
    [{ checkedIn: true }, '{"checkedIn":true}'],
    ['just text', 'just text'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
  ])('takes %j without a status for the JSON body of a 200', (value, body) => {
    expect(answerTo(value)).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' }, body });
  });

  it('leaves headers of the connection to the gateway', () => {
    const { headers } = answerTo({ statusCode: 200, headers: { 'Content-Length': '999', Connection: 'close', ok: 'yes' } });
    expect(headers).toEqual({ 'content-type': 'text/plain; charset=UTF-8', ok: 'yes' });
  });

  it.each([
    [{ statusCode: 'abc' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: { not: 'text' } }],
    [{ statusCode: 200, headers: ['a'] }],
    [{ statusCode: 200, headers: { a: { b: 1 } } }],
    [{ statusCode: 200, headers: { a: 'line\nfeed' } }],
    [{ statusCode: 200, cookies: 'a=1' }],
  ])('is a 500 for the malformed %j', (value) => {
    expect(answerTo(value)).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
      error: expect.stringContaining('malformed'),
    });
  });
});

describe('The answer to an invocation that gave no response', () => {
  it.each<[string, InvokeOutcome, number, string, number]>([
    ['an error of the function', errorOutcome('1', 'TypeError', 'x'), 500, 'Internal Server Error', 200],
    ['a time-out of the function', errorOutcome('1', 'Sandbox.Timedout', 'x'), 500, 'Internal Server Error', 200],
    ['a throttle', { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }, 503, 'Service Unavailable', 429],
    ['a request that is too large for Lambda', { kind: 'too-large', bytes: 7e6 }, 413, 'Request Entity Too Large', 413],
    ['a tier without a release', { kind: 'unavailable', detail: 'none' }, 503, 'Service Unavailable', 503],
  ])('%s', (_, outcome, status, message, integration) => {
    const answer = toAnswer(outcome);
    expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/json' }, error: expect.any(String) });
    expect(JSON.parse(answer.body.toString())).toEqual({ message });
    expect(integrationStatus(outcome)).toBe(integration);
  });
});
