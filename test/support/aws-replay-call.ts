import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { readJson } from './aws-replay-json';
import { readQuery } from './aws-replay-query';
import { protocolOf } from './aws-replay-refusal';
import { restInput, restRoute } from './aws-replay-rest';
import type { Operation, ServiceModel } from './service-model';
import { misfits } from './service-model-check';

/** One request as it came in. */
export interface Call {
  readonly operation: string;
  /** In the SDK's shape. Of S3 only what path, query and headers say, as text. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Access key id of the signature; empty when there is none. */
  readonly signedBy: string;
  /** What does not fit the service's model. */
  readonly problems: readonly string[];
}

interface Raw {
  readonly operation: string;
  /** Undefined when it cannot be read. */
  readonly input: unknown;
  readonly problems: readonly string[];
}

/** Reads a request by the service's own model and says what in it does not fit. */
export function readCall(model: ServiceModel, request: IncomingMessage, body: Buffer): Call {
  const raw = rawCall(model, request, request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
  const operation = model.operations[raw.operation];
  if (operation === undefined) return { ...raw, input: {}, signedBy: '', problems: [...raw.problems, 'no such operation'] };
  const { signedBy, problems } = signatureOf(model, operation, request);
  const isRead = raw.input !== undefined && protocolOf(model) !== 'rest-xml';
  const unfit = isRead && operation.input !== undefined ? misfits(model, operation.input.shape, raw.input, 'request') : [];
  return { operation: raw.operation, input: Object(raw.input ?? {}), signedBy, problems: [...raw.problems, ...problems, ...unfit] };
}

function rawCall(model: ServiceModel, request: IncomingMessage, body: Buffer): Raw {
  switch (protocolOf(model)) {
    case 'query':
      return queryCall(model, request, body.toString('utf8'));
    case 'json':
      return jsonCall(model, request, body.toString('utf8'));
    case 'rest-json':
    case 'rest-xml':
      return restCall(model, request, body.toString('utf8'));
  }
}

function queryCall(model: ServiceModel, request: IncomingMessage, body: string): Raw {
  const form = new URLSearchParams(body);
  const operation = form.get('Action') ?? '';
  const problems = [
    ...expected('content-type', request.headers['content-type']?.split(';')[0], 'application/x-www-form-urlencoded'),
    ...expected('Version', form.get('Version'), model.metadata.apiVersion),
  ];
  return { operation, input: readQuery(model, model.operations[operation]?.input?.shape, form), problems };
}

function jsonCall(model: ServiceModel, request: IncomingMessage, body: string): Raw {
  const [prefix, operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const problems = [
    ...expected('content-type', request.headers['content-type'], `application/x-amz-json-${model.metadata.jsonVersion}`),
    ...expected('x-amz-target', prefix, model.metadata.targetPrefix),
  ];
  const shape = model.operations[operation]?.input?.shape;
  try {
    const parsed: unknown = JSON.parse(body);
    return { operation, input: shape === undefined ? parsed : readJson(model, shape, parsed), problems };
  } catch {
    return { operation, input: undefined, problems: [...problems, 'the body is not JSON'] };
  }
}

function restCall(model: ServiceModel, request: IncomingMessage, body: string): Raw {
  const route = restRoute(model, request);
  const shape = model.operations[route.operation]?.input?.shape;
  if (shape === undefined) return { operation: route.operation, input: {}, problems: [] };
  try {
    const json = protocolOf(model) === 'rest-json' ? body : '';
    return { operation: route.operation, input: restInput(model, shape, route, request, json), problems: [] };
  } catch {
    return { operation: route.operation, input: undefined, problems: ['the body is not JSON'] };
  }
}

function signatureOf(model: ServiceModel, operation: Operation, request: IncomingMessage): Pick<Call, 'signedBy' | 'problems'> {
  const { authorization = '' } = request.headers;
  const [, signedBy = '', service = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(authorization) ?? [];
  if (operation.authtype === 'none') return { signedBy, problems: [] };
  if (signedBy === '') return { signedBy, problems: ['the request is not signed'] };
  return { signedBy, problems: expected('the signature', service, model.metadata.signingName ?? model.metadata.endpointPrefix) };
}

function expected(what: string, got: string | null | undefined, wanted: string | undefined): readonly string[] {
  return got === wanted ? [] : [`${what} is '${got ?? 'absent'}', not '${wanted}'`];
}
