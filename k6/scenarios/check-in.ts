import { check } from 'k6';
import exec from 'k6/execution';
import http, { type RefinedResponse } from 'k6/http';
import type { Load } from '../shapes.ts';
import { arrive, type Run } from '../start.ts';
import { type Call, callFor, warmCall } from './calls.ts';
import { turnOf } from './fixed-cycle.ts';

/**
 * What a client of the check-in service does: one request per iteration, so that the arrival rate is the
 * request rate, and one check per request, of the answer's content and not only of its status.
 */
export function checkIn(load: Load, run: Run): void {
  const index = arrive(load);
  send(load, callFor(turnOf(load.plan, index), run.id));
}

/** Wakes one environment: all VUs of the warm scenario send at once, each for a user of its own. */
export function wakeOne(load: Load, run: Run): void {
  send(load, warmCall(`${run.id}-w${exec.vu.idInTest}`));
}

function send(load: Load, call: Call): void {
  const tags = { name: call.route, route: call.route };
  const response = http.request(call.method, `${load.baseUrl}${call.path}`, call.body === null ? null : JSON.stringify(call.body), {
    headers: { accept: 'application/json', ...(call.body === null ? {} : { 'content-type': 'application/json' }), ...call.headers },
    timeout: load.plan.requestTimeoutMs,
    tags,
    redirects: 0,
  });
  check(response, { [`${call.route} answers what it should`]: (answer) => isExpected(answer, call) }, tags);
}

/** A body that is no JSON is a wrong answer, not a fault of the script. */
function isExpected(response: RefinedResponse<'text'>, call: Call): boolean {
  if (response.status !== call.status) return false;
  try {
    return call.expects(JSON.parse(response.body));
  } catch {
    return false;
  }
}
