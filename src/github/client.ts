import { retry } from '@octokit/plugin-retry';
import { type ThrottlingOptions, throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { GithubError } from './failure';
import { limitBudget, PATIENCE, type Patience } from './patience';

/** One repository of GitHub, and a client that speaks with the rights of one token. */
export interface Github {
  readonly rest: Octokit['rest'];
  readonly paginate: Octokit['paginate'];
  readonly owner: string;
  readonly repo: string;
}

export interface GithubConnection {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string | null;
  /** Tidegate's own, for the user agent. */
  readonly version: string;
  readonly patience?: Partial<Patience>;
  /** Told in one sentence whenever the client waits for a limit. */
  readonly onWait?: (sentence: string) => void;
  readonly fetch?: typeof fetch;
}

/** The version of the API that our reading of its answers is checked against. */
const API_VERSION = '2022-11-28';

const Client = Octokit.plugin(checked, retry, throttling);

/** @throws GithubError when there is no token */
export function openGithub(connection: GithubConnection): Github {
  const { apiUrl, repository, token, version } = connection;
  if (token === null || token === '') {
    throw new GithubError('forbidden', 'No token to ask GitHub with: give the step `env: GITHUB_TOKEN` with the token of this job.');
  }
  const patience = { ...PATIENCE, ...connection.patience };
  const octokit = new Client({
    auth: token,
    baseUrl: apiUrl,
    userAgent: `tidegate/${version}`,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    request: { fetch: boundedFetch(connection.fetch ?? fetch, patience.requestMs) },
    retry: { retries: patience.retries, retryAfterBaseValue: patience.secondMs },
    throttle: throttleOf(patience, connection.onWait ?? silent),
  });
  const [owner = '', repo = ''] = repository.split('/');
  return { rest: octokit.rest, paginate: octokit.paginate, owner, repo };
}

/** Where the repository is, as each call wants it. */
export function placeOf({ owner, repo }: Github): { readonly owner: string; readonly repo: string } {
  return { owner, repo };
}

function silent(): void {}

function throttleOf(patience: Patience, onWait: (sentence: string) => void): ThrottlingOptions {
  const mayWait = limitBudget(patience);
  const onLimit =
    (name: string) =>
    (seconds: number, _options: unknown, _octokit: unknown, tries: number): boolean => {
      const waits = mayWait(seconds, tries);
      if (waits) onWait(`GitHub's ${name} limit on requests is reached; waiting ${seconds} s.`);
      return waits;
    };
  return {
    retryAfterBaseValue: patience.secondMs,
    onRateLimit: onLimit('primary'),
    onSecondaryRateLimit: onLimit('secondary'),
    ...(patience.spaced ? {} : { write: AT_ONCE, notifications: AT_ONCE }),
  };
}

/** A limiter that lets everything pass, with as much of Bottleneck's surface as the plugin uses. */
const AT_ONCE = {
  key: () => ({ schedule: (_options: unknown, task: () => Promise<void>) => task() }),
} as unknown as NonNullable<ThrottlingOptions['write']>;

function boundedFetch(send: typeof fetch, withinMs: number): typeof fetch {
  return (input, init) => send(input, { ...init, signal: AbortSignal.timeout(withinMs) });
}

/**
 * Plugin, the innermost: asks for one version of the API, and takes a body that broke off for the failure that it is.
 * Octokit would hand out an empty text where an object is expected.
 */
function checked(octokit: Pick<Octokit, 'hook'>): Record<string, never> {
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = API_VERSION;
  });
  octokit.hook.after('request', (response, options) => {
    if (response.status === 204 || (typeof response.data === 'object' && response.data !== null)) return;
    throw Object.assign(new Error('the answer broke off'), { status: 502, request: options, response });
  });
  return {};
}
