import { type GatewayRequest, toEvent } from '../../../src/twin/gateway/event';

const API = { apiId: 'api1', stage: '$default', region: 'us-east-1' };

const REQUEST: GatewayRequest = {
  requestId: 'request-1',
  method: 'POST',
  url: '/v1/events/42/check-ins?tag=a&tag=b&name=J%C3%B6rg%20K&q=x?y',
  httpVersion: '1.1',
  headers: {
    host: '127.0.0.1:1',
    'content-type': 'application/json; charset=utf-8',
    cookie: 'one=1; two=2',
    'user-agent': 'test/1',
    'x-many': 'a, b',
  },
  sourceIp: '127.0.0.1',
  body: Buffer.from('{"userId":"ü"}'),
  receivedAt: Date.UTC(2026, 10, 4, 7, 8, 9),
  traceId: 'Root=1-2-3',
};

describe('The event of a request', () => {
  it('is complete in payload format 2.0', () => {
    expect(toEvent(REQUEST, API)).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/v1/events/42/check-ins',
      rawQueryString: 'tag=a&tag=b&name=J%C3%B6rg%20K&q=x?y',
      cookies: ['one=1', 'two=2'],
      headers: {
        host: '127.0.0.1:1',
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'test/1',
        'x-many': 'a, b',
        'x-amzn-trace-id': 'Root=1-2-3',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: { tag: 'a,b', name: 'Jörg K', q: 'x?y' },
      requestContext: {
        accountId: '123456789012',
        apiId: 'api1',
        domainName: 'api1.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'api1',
        http: {
          method: 'POST',
          path: '/v1/events/42/check-ins',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test/1',
        },
        requestId: 'request-1',
        routeKey: '$default',
        stage: '$default',
        time: '04/Nov/2026:07:08:09 +0000',
        timeEpoch: Date.UTC(2026, 10, 4, 7, 8, 9),
      },
      body: '{"userId":"ü"}',
      isBase64Encoded: false,
    });
  });

  it('has no body, no query and no cookies where the request has none', () => {
    const event = toEvent({ ...REQUEST, url: '/', headers: {}, body: Buffer.alloc(0) }, API);
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('cookies');
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event.rawQueryString).toBe('');
  });

  it.each([
    ['application/json', {}, false],
    ['application/problem+json', {}, false],
    ['text/csv', {}, false],
    ['application/octet-stream', {}, true],
    ['image/png', {}, true],
    ['application/json', { 'content-encoding': 'gzip' }, true],
  ])('carries a body of type %s with %j in base64: %s', (type, headers, isBase64Encoded) => {
    const body = Buffer.from('body');
    const event = toEvent({ ...REQUEST, headers: { 'content-type': type, ...headers }, body }, API);
    expect(event).toMatchObject({ isBase64Encoded, body: body.toString(isBase64Encoded ? 'base64' : 'utf8') });
  });
});
