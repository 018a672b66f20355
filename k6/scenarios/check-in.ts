import { check } from 'k6';
import exec from 'k6/execution';
import http, { type RefinedResponse } from 'k6/http';
import { currentCredentials } from '../credentials.ts';
import type { Load } from '../shapes.ts';
import { signatureHeaders, type UnsignedRequest } from '../sigv4.ts';
import { arrive, type Run } from '../start.ts';
import { type Call, callFor, warmCall } from './calls.ts';
import { turnOf } from './fixed-cycle.ts';

/**
 * What a client of the check-in service does: one request per iteration, so that the arrival rate is the
 * request rate, and one check per request, of the answer's content and not only of its status.
 */
export async function checkIn(load: Load, run: Run): Promise<void> {
  const index = arrive(load);
  await send(load, callFor(turnOf(load.plan, index), run.id));
}

/** Wakes one environment: all VUs of the warm scenario send at once, each for a user of its own. */
export async function wakeOne(load: Load, run: Run): Promise<void> {
  await send(load, warmCall(`${run.id}-w${exec.vu.idInTest}`));
}

async function send(load: Load, call: Call): Promise<void> {
  const tags = { name: call.route, route: call.route };
  const request = {
    method: call.method,
    url: `${load.baseUrl}${call.path}`,
    body: call.body === null ? null : JSON.stringify(call.body),
  };
  const signature = load.signingRegion === null ? {} : await signed(request, load.signingRegion);
  const response = http.request(request.method, request.url, request.body, {
    headers: {
      accept: 'application/json',
      ...(request.body === null ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
      ...signature,
    },
    timeout: load.plan.requestTimeoutMs,
    tags,
    redirects: 0,
  });
  check(response, { [`${call.route} answers what it should`]: (answer) => isExpected(answer, call) }, tags);
}

async function signed(request: UnsignedRequest, region: string): Promise<Readonly<Record<string, string>>> {
  const now = Date.now();
  return signatureHeaders(request, await currentCredentials(now), { region, service: 'execute-api' }, new Date(now));
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
