import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';

/** Ends in the way that ENDING names, after a request where it gets so far. */
const ending = __ENV['ENDING'] ?? '';

export const options: Options = {
  scenarios:
    ending === 'invalid'
      ? { load: { executor: 'constant-arrival-rate', rate: -1, duration: '1s', preAllocatedVUs: 1 } }
      : { load: { executor: 'shared-iterations', vus: 1, iterations: 1, maxDuration: '2s' } },
  setupTimeout: '300ms',
  thresholds: ending === 'threshold' ? { http_reqs: ['count>1000'] } : {},
};

if (ending === 'exception') throw new Error('as asked');

export function setup(): void {
  if (ending === 'slow-setup') sleep(2);
}

const iteration = (): void => {
  http.get(`${__ENV['BASE_URL']}/health`, { tags: { route: 'GET /health' } });
  if (ending === 'abort') exec.test.abort('as asked');
  if (ending === 'mark-failed') exec.test.fail('as asked');
};

export { iteration as default };
