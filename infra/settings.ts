import { readFileSync } from 'node:fs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { findingsOf, pathText } from '../src/gates/policy/problems';
import { oneOf, strict } from '../src/gates/policy/strict';
import { ConfigurationError } from '../src/pipeline/errors';

const SHORTEST_REASON = 20;
/** A version of Valkey from the first on that has every command and option that the tier relies on. */
const VALKEY_VERSION = /^([89]|\d{2})\.\d+$/;
const RETENTIONS = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const digits = z.string().regex(/^\d+$/, 'expected the digits of the id that GitHub gives, in quotes');
const workflow = z.string().regex(/^\.github\/workflows\/[\w.-]+\.ya?ml$/, 'expected .github/workflows/NAME.yml');
/** ElastiCache takes no two hyphens in a row. */
const SERVICE_NAME = /^(?!.*--)[a-z][a-z0-9-]{0,17}[a-z0-9]$/;
const name = z.string().regex(SERVICE_NAME, 'expected 2 to 19 lower-case letters, digits and single hyphens');

/** Who may call production's API: never everybody without somebody having said why. */
const authorization = z.discriminatedUnion(
  'type',
  [
    strict({ type: z.literal('jwt'), issuer: z.url({ protocol: /^https$/ }), audience: z.array(z.string().min(1)).min(1) }),
    strict({ type: z.literal('iam') }),
    strict({ type: z.literal('open'), reason: z.string().min(SHORTEST_REASON, `expected a reason of ${SHORTEST_REASON} characters`) }),
  ],
  { error: 'expected { type: jwt, issuer, audience }, { type: iam } or { type: open, reason }' },
);

const tier = {
  logRetentionDays: z.union(
    RETENTIONS.map((days) => z.literal(days)),
    { error: `expected one of ${RETENTIONS.join(', ')}` },
  ),
  /** What becomes of the cache, its snapshots and the logs when the stack is deleted. */
  removal: oneOf('removal', ['destroy', 'retain']),
  /**
   * Whether the function's concurrency is reserved as the policy says. A new account has 10 concurrent executions in all and must
   * leave 100 unreserved: it can reserve nothing until its quota is raised.
   */
  reserveConcurrency: z.boolean(),
};

export const settingsSchema = strict({
  /** Begins the names of everything that has one. */
  service: name,
  github: strict({
    owner: z.string().min(1),
    repository: z.string().min(1),
    ownerId: digits,
    repositoryId: digits,
    branch: z.string().min(1),
    /** Path of the reusable workflow that alone may change anything: deploy, move production, write the ledger. */
    deployWorkflow: workflow,
    /** Path of the reusable workflow that alone may put load on staging and judge. */
    qualifyWorkflow: workflow,
  }),
  cache: strict({
    nodeType: z.string().regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, 'expected a node type such as cache.m7g.large'),
    engineVersion: z.string().regex(VALKEY_VERSION, 'expected a version of Valkey such as "8.2"'),
  }),
  /** Gets the alarms, once the address has confirmed. */
  alarmEmail: z.email().optional(),
  staging: strict(tier),
  production: strict({ ...tier, authorization }),
});
export type Settings = z.output<typeof settingsSchema>;
export type ApiAccess = Settings['production']['authorization'];

/** @throws ConfigurationError with the path and the expectation of everything that is wrong */
export function parseSettings(text: string, file: string): Settings {
  const value = readJson(text, file);
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const findings = findingsOf(parsed.error.issues, value);
  throw new ConfigurationError(findings.map(({ path, message }) => `${file}: ${pathText(path) || 'the file'}: ${message}`).join('\n'));
}

/** @throws ConfigurationError when the file is not there or not right */
export function readSettings(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be read`, { cause });
  }
  return parseSettings(text, file);
}

function readJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`${file}: is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
