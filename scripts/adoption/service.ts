/** A service of somebody who never heard of Tidegate: CommonJS, ioredis, REDIS_URL, and a k6 script of a few lines. */

export const IOREDIS = 'ioredis@5.8.2';

const handler = (client: { readonly once: string; readonly perRequest: string }): string => `'use strict';
const Redis = require('ioredis');

const connect = () => new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: 1, connectTimeout: 1000 });
${client.once}
exports.handler = async (event) => {
  if (event.rawPath === '/health') return answer(200, { ok: true });
  ${client.perRequest}
  const visits = await redis.incr(\`visits:\${event.rawPath}\`);
  return answer(200, { visits });
};

const answer = (statusCode, body) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
`;

export const GOOD_HANDLER = handler({ once: 'const redis = connect();\n', perRequest: '' });
/** The same with a client per request that nobody closes. */
export const LEAKING_HANDLER = handler({ once: '', perRequest: 'const redis = connect();' });

export const HANDLER_PATH = 'src/handler.js';

export const SERVICE_FILES: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify({ name: 'visits', version: '1.0.0', private: true, main: HANDLER_PATH }, null, 2)}\n`,
  '.gitignore': 'node_modules/\n.tidegate/\n.tidegate-tools/\ntidegate-report/\n',
  // The programs are fetched or built anew, and are gone at the end.
  '.tidegate-tools/README': 'k6, Valkey and Node, put here by Tidegate.\n',
  [HANDLER_PATH]: GOOD_HANDLER,
  'load/visits.js': `import http from 'k6/http';
import { check, sleep } from 'k6';

export default function () {
  const page = Math.floor(Math.random() * 100);
  const response = http.get(\`\${__ENV.BASE_URL}/pages/\${page}\`);
  check(response, {
    'status is 200': (r) => r.status === 200,
    'counts the visit': (r) => r.json('visits') > 0,
  });
  sleep(0.1);
}
`,
};
