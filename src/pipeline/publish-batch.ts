import { DEPLOYMENT_ENVIRONMENTS } from '../contract';
import type { PublishedPull, PublishingGithub } from './publish-port';

/** Which pull requests a report is about. */
export interface Batch {
  /** Those of the candidate's own commit: their comment is the report. */
  readonly own: readonly PublishedPull[];
  /** Those between what production ran and the candidate: theirs points to it. */
  readonly carried: readonly PublishedPull[];
  readonly cut: boolean;
}

interface BatchRequest {
  readonly github: PublishingGithub;
  readonly commit: string;
  /** The one that the report stands in, when somebody says so; else those of the commit. */
  readonly pull: number | null;
  /** What production ran before: from the ledger where it can be read, else null and GitHub's deployments are asked. */
  readonly base: string | null;
  readonly batch: boolean;
  readonly warn: (text: string) => void;
}

/** Finds them. What GitHub does not tell is a warning, and leaves out what hangs on it. */
export async function findBatch(request: BatchRequest): Promise<Batch> {
  const { github, commit, pull, warn } = request;
  if (pull !== null && !request.batch) return { own: [numbered(pull)], carried: [], cut: false };
  const found = await told(() => github.pullsOf(commit), [], warn);
  const named = found.filter(({ number }) => number === pull);
  const own = pull === null ? found : named.length > 0 ? named : [numbered(pull)];
  if (!request.batch) return { own, carried: [], cut: false };
  const base = request.base ?? (await told(() => github.deployedBefore(DEPLOYMENT_ENVIRONMENTS.production, commit), null, warn));
  if (base === null || base === commit) return { own, carried: [], cut: false };
  const { pulls, cut } = await told(() => github.pullsBetween(base, commit), { pulls: [], cut: false }, warn);
  const carried = pulls.filter(({ number }) => !own.some((each) => each.number === number));
  return { own, carried, cut };
}

/** Its number is all that a comment needs. */
function numbered(number: number): PublishedPull {
  return { number, title: '', author: null, mergeCommit: null };
}

/** Asks GitHub for something that a report can do without. */
export async function told<T>(ask: () => Promise<T>, otherwise: T, warn: (text: string) => void): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
    return otherwise;
  }
}
