import { writeQueryError } from './aws-replay-query';
import { type ServiceModel, shapeOf } from './service-model';

/** A refusal as a test scripts it; `name` is the error's shape or the code that the wire has for it. */
export interface ScriptedError {
  readonly error: { readonly name: string; readonly message: string; readonly status?: number };
}

/** The four ways in which AWS's services speak, by what a refusal looks like. */
export type Protocol = 'query' | 'json' | 'rest-json' | 'rest-xml';

/** What goes over the wire for a refusal. */
export interface Refusal {
  readonly status: number;
  /** As the protocol names it. */
  readonly code: string;
  /** As the query protocol named it: clients of services with a query past go by it. */
  readonly queryCode: string;
  readonly message: string;
}

/** Errors that every operation may give: name and HTTP status in the query protocols, then in the JSON ones. */
const COMMON: readonly (readonly [string, number, string, number])[] = [
  ['AccessDenied', 403, 'AccessDeniedException', 400],
  ['ExpiredToken', 403, 'ExpiredTokenException', 400],
  ['IncompleteSignature', 400, 'IncompleteSignatureException', 400],
  ['InternalFailure', 500, 'InternalFailure', 500],
  ['InvalidClientTokenId', 403, 'UnrecognizedClientException', 400],
  ['MissingAuthenticationToken', 403, 'MissingAuthenticationTokenException', 400],
  ['OptInRequired', 403, 'OptInRequired', 403],
  ['RequestExpired', 400, 'RequestExpired', 400],
  ['ServiceUnavailable', 503, 'ServiceUnavailableException', 503],
  ['SignatureDoesNotMatch', 403, 'InvalidSignatureException', 400],
  ['Throttling', 400, 'ThrottlingException', 400],
  ['ValidationError', 400, 'ValidationException', 400],
];

/** The protocol of a service as the pinned SDK speaks it: of several that a service offers, never the binary one. */
export function protocolOf(model: ServiceModel): Protocol {
  const [known] = model.metadata.protocols.filter((name) => name in { query: 0, json: 0, 'rest-json': 0, 'rest-xml': 0 });
  if (known === 'query' || known === 'json' || known === 'rest-json' || known === 'rest-xml') return known;
  throw new Error(`${model.metadata.endpointPrefix} speaks only ${model.metadata.protocols.join(', ')}`);
}

/** @returns null when neither the operation declares such an error nor every operation may give it */
export function refusalOf(model: ServiceModel, operation: string, { error }: ScriptedError): Refusal | null {
  const isQuery = protocolOf(model) === 'query';
  for (const { shape: name } of model.operations[operation]?.errors ?? []) {
    const { code = name, httpStatusCode: status = 400 } = shapeOf(model, name).error;
    if (error.name === name || error.name === code) {
      return { status: error.status ?? status, code: isQuery ? code : name, queryCode: code, message: error.message };
    }
  }
  const common = COMMON.find(([query, , json]) => error.name === query || error.name === json);
  return common === undefined ? null : commonRefusal(model, common, error);
}

function commonRefusal(model: ServiceModel, common: (typeof COMMON)[number], error: ScriptedError['error']): Refusal {
  const [queryCode, queryStatus, jsonCode, jsonStatus] = common;
  const protocol = protocolOf(model);
  const isXml = protocol === 'query' || protocol === 'rest-xml';
  // REST services tell missing rights by the status, too.
  const status = isXml || protocol === 'rest-json' ? queryStatus : jsonStatus;
  return { status: error.status ?? status, code: isXml ? queryCode : jsonCode, queryCode, message: error.message };
}

/** @returns headers and body of a refusal */
export function writeRefusal(
  model: ServiceModel,
  refusal: Refusal,
  requestId: string,
): { readonly headers: Record<string, string>; readonly body: string } {
  const { code, message, status } = refusal;
  const blame = status < 500 ? 'Sender' : 'Receiver';
  switch (protocolOf(model)) {
    case 'query':
      return { headers: { 'content-type': 'text/xml' }, body: writeQueryError(refusal, requestId) };
    case 'json': {
      const query = model.metadata.awsQueryCompatible === undefined ? {} : { 'x-amzn-query-error': `${refusal.queryCode};${blame}` };
      const type = `application/x-amz-json-${model.metadata.jsonVersion}`;
      return { headers: { 'content-type': type, ...query }, body: JSON.stringify({ __type: `com.amazonaws#${code}`, message }) };
    }
    case 'rest-json':
      return { headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify({ Type: 'User', message }) };
    case 'rest-xml':
      return { headers: { 'content-type': 'application/xml' }, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
  }
}
