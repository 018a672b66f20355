import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

/** The services whose models can be loaded, by the names that botocore gives them. */
export type ServiceName =
  | 'cloudformation'
  | 'codedeploy'
  | 'cloudwatch'
  | 'elasticache'
  | 'iam'
  | 'lambda'
  | 's3'
  | 'service-quotas'
  | 'ssm'
  | 'sts';

const reference = z.object({ shape: z.string(), locationName: z.string().optional(), location: z.string().optional() });
const shape = z.object({
  type: z.enum(['blob', 'boolean', 'double', 'float', 'integer', 'list', 'long', 'map', 'string', 'structure', 'timestamp']),
  members: z.record(z.string(), reference).default({}),
  required: z.array(z.string()).default([]),
  union: z.boolean().default(false),
  member: reference.optional(),
  key: reference.optional(),
  value: reference.optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  exception: z.boolean().default(false),
  error: z.object({ code: z.string().optional(), httpStatusCode: z.number().optional() }).default({}),
});
const operation = z.object({
  http: z.object({ method: z.string(), requestUri: z.string(), responseCode: z.number().optional() }),
  input: reference.optional(),
  output: reference.extend({ resultWrapper: z.string().optional() }).optional(),
  errors: z.array(reference).default([]),
  authtype: z.string().optional(),
});
const model = z.object({
  metadata: z.object({
    apiVersion: z.string(),
    endpointPrefix: z.string(),
    signingName: z.string().optional(),
    protocols: z.array(z.string()),
    jsonVersion: z.string().optional(),
    targetPrefix: z.string().optional(),
    xmlNamespace: z.string().optional(),
    awsQueryCompatible: z.unknown().optional(),
  }),
  operations: z.record(z.string(), operation),
  shapes: z.record(z.string(), shape),
});

/** A service as AWS describes it to its Python SDK: a description that the JavaScript SDK under test has no part in. */
export type ServiceModel = z.infer<typeof model>;
export type Shape = z.infer<typeof shape>;
export type Operation = z.infer<typeof operation>;

const MODELS = resolve(__dirname, '..', '..', '.tools', 'python', 'lib', 'python3.*', 'site-packages', 'botocore', 'data');
const loaded = new Map<ServiceName, ServiceModel>();

/** @throws when the Python tools are not installed (`npm test` installs them) */
export function serviceModel(service: ServiceName): ServiceModel {
  const known = loaded.get(service);
  if (known !== undefined) return known;
  const path = globSync(resolve(MODELS, service, '*', 'service-2.json.gz'))
    .sort()
    .at(-1);
  if (path === undefined) throw new Error(`no model of ${service}: \`npm test\` installs botocore, once`);
  const parsed = model.parse(JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')));
  loaded.set(service, parsed);
  return parsed;
}

/** @throws when the model does not hold what it refers to */
export function shapeOf(of: ServiceModel, name: string): Shape {
  const found = of.shapes[name];
  if (found === undefined) throw new Error(`the model has no shape ${name}`);
  return found;
}
