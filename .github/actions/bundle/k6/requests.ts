import exec from 'k6/execution';
import http, { type Params, type RefinedParams, type ResponseType } from 'k6/http';
import { credentialsAtHand } from './credentials.ts';
import { isBelow, routeOf } from './routes.ts';
import type { Load } from './shapes.ts';
import { signatureHeaders } from './sigv4.ts';

/**
 * The requests of a script that knows nothing of Tidegate. Every function of k6/http is replaced for it, also those that it
 * imports by name: requests are named by their route, end with the policy's time-out and are signed where strangers are refused.
 */

type Body = unknown;
type Given = Params | null | undefined;
type Call = (method: string, url: unknown, body?: Body, params?: Given) => unknown;

interface Client {
  request: Call;
  asyncRequest: Call;
  get: (url: unknown, params?: Given) => unknown;
  head: (url: unknown, params?: Given) => unknown;
  del: (url: unknown, body?: Body, params?: Given) => unknown;
  options: Client['del'];
  patch: Client['del'];
  post: Client['del'];
  put: Client['del'];
  batch: (requests: unknown) => unknown;
}

/** Replaces the functions of k6/http for this VU. */
export function instrument(load: Load): void {
  const client = http as unknown as Client;
  const { request, asyncRequest, batch } = client;
  const through =
    (call: Call): Call =>
    (method, url, body = null, params = {}) => {
      const sent = amended(load, method, url, body, params);
      return call(method, url, sent.body, sent.params);
    };
  client.request = through(request);
  client.asyncRequest = through(asyncRequest);
  for (const [name, method] of [
    ['get', 'GET'],
    ['head', 'HEAD'],
  ] as const)
    client[name] = (url, params) => client.request(method, url, null, params);
  for (const name of ['del', 'options', 'patch', 'post', 'put'] as const) {
    const method = name === 'del' ? 'DELETE' : name.toUpperCase();
    client[name] = (url, body, params) => client.request(method, url, body, params);
  }
  client.batch = (requests) => batch(eachOf(requests, (one) => amendedInBatch(load, one)));
}

interface Sent {
  readonly body: Body;
  readonly params: Params;
}

function amended(load: Load, method: string, url: unknown, body: Body, given: Given): Sent {
  const params: RefinedParams<ResponseType> = { timeout: load.plan.requestTimeoutMs, ...given };
  if (typeof url !== 'string') return load.signingRegion === null ? { body, params } : refuse('addresses made by http.url');
  const name = text(params.tags?.['name']) ?? routeOf(method, url, load.baseUrl);
  params.tags = { name, route: name, ...params.tags };
  if (load.signingRegion === null || !isBelow(url, load.baseUrl)) return { body, params };
  const signed = signable(body, params.headers ?? {});
  const now = new Date();
  const signature = signatureHeaders(
    { method: method.toUpperCase(), url, body: signed.body },
    credentialsAtHand(),
    { region: load.signingRegion, service: 'execute-api' },
    now,
  );
  // A redirect would carry the session's token to wherever it leads.
  return { body: signed.body, params: { ...params, headers: { ...signed.headers, ...signature }, redirects: 0 } };
}

type Headers = NonNullable<Params['headers']>;

/** A signature covers the bytes that are sent: an object becomes the form that k6 would make of it. */
function signable(body: Body, headers: Headers): { readonly body: string | null; readonly headers: Headers } {
  if (body === null || typeof body === 'string') return { body, headers };
  const fields = typeof body === 'object' && !(body instanceof ArrayBuffer) ? Object.entries(body) : [];
  if (fields.length === 0 || fields.some(([, value]) => typeof value === 'object')) return refuse('bodies of bytes or files');
  const form = fields.map((pair) => pair.map((part) => encodeURIComponent(String(part))).join('=')).join('&');
  return { body: form, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } };
}

/** `[method, url, body, params]`, `{ method, url, body, params }` or a URL. */
function amendedInBatch(load: Load, one: unknown): unknown {
  if (typeof one === 'string') return amendedInBatch(load, { method: 'GET', url: one });
  if (Array.isArray(one)) {
    const [method, url, body = null, params] = one;
    return amendedInBatch(load, { method, url, body, params });
  }
  const { method = 'GET', url, body = null, params } = one as { method?: string; url: unknown; body?: Body; params?: Given };
  return { method, url, ...amended(load, method, url, body, params) };
}

function eachOf(requests: unknown, change: (one: unknown) => unknown): unknown {
  if (Array.isArray(requests)) return requests.map(change);
  return Object.fromEntries(Object.entries(requests as object).map(([name, one]) => [name, change(one)]));
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Ends the test: thousands of refused requests would only look like a broken release. */
function refuse(what: string): never {
  const why = `This API lets nobody in without a signature, and ${what} cannot be signed: send text, to an address that is a string.`;
  exec.test.abort(why);
  throw new Error(why);
}
