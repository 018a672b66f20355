import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { currentCredentials } from '../../../../k6/credentials.ts';
import { signatureHeaders } from '../../../../k6/sigv4.ts';

/** Signs addresses that are written in every way that k6 sends as it is given. */
const TARGETS = [
  '',
  '/',
  '/a//b/./c/../d/',
  "/%E2%82%AC/a%20b/%2F/~-._!$&'()*+,;=:@",
  '/x?limit=5&b=2&a=%C3%A9%20x&a=1&a-b=3&empty&plus=%2B',
] as const;

export const options: Options = { scenarios: { load: { executor: 'shared-iterations', vus: 1, iterations: TARGETS.length } } };

const iteration = async (): Promise<void> => {
  const url = `${__ENV['BASE_URL']}${TARGETS[exec.scenario.iterationInTest]}`;
  const scope = { region: __ENV['TIDEGATE_SIGNING_REGION'] ?? '', service: 'execute-api' };
  const request = { method: 'POST', url, body: '{"name":"Grüße"}' };
  const now = Date.now();
  http.post(url, request.body, { headers: signatureHeaders(request, await currentCredentials(now), scope, new Date(now)) });
};

export { iteration as default };
