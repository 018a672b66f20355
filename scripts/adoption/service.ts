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

export const HANDLER_PATH = 'src/visits.js';

/** Another function of the same project, which `init` takes for the service: one line that its user has to correct. */
const CLEAN_UP_PATH = 'src/cleanup.js';
const CLEAN_UP = `'use strict';
const Redis = require('ioredis');

async function handler() {
  const redis = new Redis(process.env.REDIS_URL);
  await redis.flushdb();
  await redis.quit();
}

module.exports = { handler };
`;

/** What the user changes in what `init` wrote: a file, and what stands in place of what. */
export const USER_EDITS: readonly (readonly [path: string, was: string, is: string])[] = [
  ['.github/gates.yaml', `entry: ${CLEAN_UP_PATH}`, `entry: ${HANDLER_PATH}`],
];

export const SERVICE_FILES: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify({ name: 'visits', version: '1.0.0', private: true, main: HANDLER_PATH }, null, 2)}\n`,
  '.gitignore': 'node_modules/\n.tidegate/\n.tidegate-tools/\ntidegate-report/\n',
  // The programs are fetched or built anew, and are gone at the end.
  '.tidegate-tools/README': 'k6, Valkey and Node, put here by Tidegate.\n',
  [HANDLER_PATH]: GOOD_HANDLER,
  [CLEAN_UP_PATH]: CLEAN_UP,
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
