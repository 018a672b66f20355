import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type GithubEvent, parseEvent } from './event';
import { GithubError } from './failure';

/** What a job of GitHub Actions is told about itself. */
export interface GithubContext {
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly repositoryId: number | null;
  readonly runId: number;
  readonly runAttempt: number;
  readonly runUrl: string;
  readonly sha: string;
  readonly ref: string;
  /** Who began the run, and who began this attempt of it. */
  readonly actor: string;
  readonly triggeringActor: string;
  /** `push`, `pull_request`, ... */
  readonly eventName: string;
  readonly event: GithubEvent;
  /** Files that the runner reads when the step has ended; null when it offers none. */
  readonly summaryPath: string | null;
  readonly outputPath: string | null;
  /** Null when the step was not given one. */
  readonly token: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().min(1);
const count = z
  .string()
  .regex(/^[1-9]\d*$/)
  .transform(Number);
/** A variable that is set to nothing is not set. */
const optional = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value === '' ? null : value));

const variables = z.object({
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }),
  GITHUB_SERVER_URL: z.url({ protocol: /^https?$/ }),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'expected owner/name'),
  GITHUB_REPOSITORY_ID: optional,
  GITHUB_RUN_ID: count,
  GITHUB_RUN_ATTEMPT: count,
  GITHUB_SHA: z.string().regex(/^[0-9a-f]{40}$/, 'expected a full commit'),
  GITHUB_REF: text,
  GITHUB_ACTOR: text,
  GITHUB_TRIGGERING_ACTOR: optional,
  GITHUB_EVENT_NAME: text,
  GITHUB_EVENT_PATH: text,
  GITHUB_STEP_SUMMARY: optional,
  GITHUB_OUTPUT: optional,
  GITHUB_TOKEN: optional,
});

/** Whether this is a job of GitHub Actions. */
export function inActions(environment: Environment): boolean {
  return environment['GITHUB_ACTIONS'] === 'true';
}

/**
 * Reads what GitHub sets for a job, and the event that began its run.
 * @returns null outside of GitHub Actions
 * @throws GithubError that names the variable, or the part of the event, that is missing or wrong
 */
export function githubContext(environment: Environment): GithubContext | null {
  if (!inActions(environment)) return null;
  const parsed = variables.safeParse(environment);
  if (!parsed.success) {
    const found = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new GithubError('invalid', `GitHub Actions did not set its variables as expected. ${found.join('; ')}`);
  }
  const set = parsed.data;
  const serverUrl = set.GITHUB_SERVER_URL.replace(/\/$/, '');
  return {
    apiUrl: set.GITHUB_API_URL.replace(/\/$/, ''),
    serverUrl,
    repository: set.GITHUB_REPOSITORY,
    repositoryId: set.GITHUB_REPOSITORY_ID === null ? null : Number(set.GITHUB_REPOSITORY_ID),
    runId: set.GITHUB_RUN_ID,
    runAttempt: set.GITHUB_RUN_ATTEMPT,
    runUrl: `${serverUrl}/${set.GITHUB_REPOSITORY}/actions/runs/${set.GITHUB_RUN_ID}/attempts/${set.GITHUB_RUN_ATTEMPT}`,
    sha: set.GITHUB_SHA,
    ref: set.GITHUB_REF,
    actor: set.GITHUB_ACTOR,
    // GitHub always sets it; runners that imitate it do not.
    triggeringActor: set.GITHUB_TRIGGERING_ACTOR ?? set.GITHUB_ACTOR,
    eventName: set.GITHUB_EVENT_NAME,
    event: parseEvent(eventText(set.GITHUB_EVENT_PATH)),
    summaryPath: set.GITHUB_STEP_SUMMARY,
    outputPath: set.GITHUB_OUTPUT,
    token: set.GITHUB_TOKEN,
  };
}

function eventText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new GithubError('invalid', `GITHUB_EVENT_PATH: ${path} cannot be read.`, error);
  }
}
