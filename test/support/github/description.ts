import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { OpenAPIBackend, type Operation, type Request } from 'openapi-backend';
import { z } from 'zod';
import { type Schema, schemaSchema } from './fill';

/** GitHub's own description of its API, as far as the server speaks it. Made by scripts/github-openapi.ts. */
export interface Description {
  readonly operationIds: readonly string[];
  match(request: Request): Operation | undefined;
  /** @returns the values of the path's placeholders, decoded. */
  parameters(request: Request, operation: Operation): Readonly<Record<string, string>>;
  /** @returns a sentence for everything in the request that does not fit; properties of the body that it does not know included. */
  requestProblems(request: Request, operation: Operation): readonly string[];
  answerProblems(body: unknown, operation: Operation, status: number): readonly string[];
  answerSchema(operation: Operation, status: number): Schema | null;
}

const SOURCE = resolve(__dirname, 'data', 'openapi.json');
const contentSchema = z.looseObject({ content: z.looseObject({ 'application/json': z.looseObject({ schema: schemaSchema }) }) });
const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
/** GitHub sends `''` for an address that a status does not have. */
const FORMATS = { 'date-time': isInstant, uri: (text: string): boolean => text === '' || URL.canParse(text) };
/** What GitHub sends although its description forbids it: `head.repo` is null once a fork is deleted (github/rest-api-description#1811). */
const KNOWN_TO_DIFFER = [/\/head\/repo must be object/];

let loaded: Promise<Description> | null = null;

/** Read once for all servers of a process; validators are compiled when an operation is first asked for. */
export function loadDescription(): Promise<Description> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Description> {
  const definition: unknown = JSON.parse(readFileSync(SOURCE, 'utf8'), nullableAsValidated);
  const api = new OpenAPIBackend({
    definition: z.custom<ConstructorParameters<typeof OpenAPIBackend>[0]['definition']>().parse(definition),
    quick: true,
    strict: true,
    ajvOpts: { strict: false, logger: false, formats: FORMATS },
  });
  await api.init();
  const operations = api.getOperations();
  return {
    operationIds: operations.flatMap(({ operationId }) => operationId ?? []),
    match: (request) => api.matchOperation(request),
    parameters: (request, operation) => {
      const { params } = api.router.parseRequest(request, operation);
      return z.record(z.string(), z.string().transform(decodeURIComponent)).parse(params);
    },
    requestProblems: (request, operation) => {
      const errors = api.validateRequest(request, operation).errors ?? [];
      return [...errors.map(sentence), ...unknownProperties(request, operation)];
    },
    answerProblems: (body, operation, status) => {
      const misfits = (api.validateResponse(body, operation, status).errors ?? []).map(sentence);
      return misfits.filter((misfit) => !KNOWN_TO_DIFFER.some((known) => known.test(misfit)));
    },
    answerSchema: (operation, status) => schemaOf(operation.responses?.[String(status)]),
  };
}

/**
 * The validator knows `nullable` only beside a `type`, and wants null among the values of an `enum`; the description also writes
 * it beside `allOf`, and means null whatever the values are.
 */
function nullableAsValidated(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (!('nullable' in value) || typeof value.nullable !== 'boolean') return value;
  const { nullable, ...rest } = value;
  if ('enum' in rest && Array.isArray(rest.enum) && 'type' in rest)
    return nullable ? { ...value, enum: [...new Set([...rest.enum, null])] } : rest;
  if ('type' in rest) return value;
  return nullable ? { anyOf: [rest, { type: 'object', nullable: true, enum: [null] }] } : rest;
}

function schemaOf(response: unknown): Schema | null {
  const parsed = contentSchema.safeParse(response);
  return parsed.success ? parsed.data.content['application/json'].schema : null;
}

/** GitHub ignores what it does not know in a body; ours are written to the description. */
function unknownProperties({ body }: Request, operation: Operation): readonly string[] {
  const schema = schemaOf(operation.requestBody);
  if (schema?.properties === undefined || typeof body !== 'object' || body === null) return [];
  const known = Object.keys(schema.properties);
  return Object.keys(body).flatMap((name) => (known.includes(name) ? [] : [`/requestBody/${name} is not in the description`]));
}

function sentence({ instancePath, message, params }: { instancePath: string; message?: string; params: unknown }): string {
  return `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`.trim();
}
