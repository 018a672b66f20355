import { DELIVERY_ENV, DEPLOYMENT_ENVIRONMENTS } from '../contract';
import { type Github, openGithub } from '../github/client';
import { type GithubContext, githubContext } from '../github/context';
import { gatherDeliveryFacts } from '../github/delivery-facts-of';
import { GithubError } from '../github/failure';
import type { Patience } from '../github/patience';
import type { NamedRelease } from '../ledger/history';
import type { DeliveryAsk, GatheredFacts } from '../pipeline/delivery-ask';
import { toolVersion } from '../pipeline/tool-version';
import type { CommandContext } from './context';
import { progressTo } from './progress';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whom a promotion asks besides the ledger.
 * @returns null outside of GitHub Actions
 * @throws GithubError when GitHub Actions did not say which run this is
 */
export function deliveryFor(
  context: Pick<CommandContext, 'home' | 'stderr'>,
  asked: Pick<DeliveryAsk, 'lane' | 'reason' | 'branch'>,
  environment: Environment = process.env,
  patience: Partial<Patience> = {},
): DeliveryAsk | null {
  const job = githubContext(environment);
  if (job === null) return null;
  const listener = progressTo(context.stderr);
  const open = (): Github =>
    openGithub({
      ...job,
      patience,
      version: toolVersion(context.home),
      onWait: (text) => listener({ kind: 'warning', text }),
    });
  return {
    ...asked,
    switches: () => ({ freeze: environment[DELIVERY_ENV.freeze] ?? '', pinned: environment[DELIVERY_ENV.pinned] ?? '' }),
    facts: (commit, production) => gathered(open, job, commit, production),
  };
}

/** What GitHub does not tell is no fault of ours and no yes of anybody: the guard refuses. */
async function gathered(open: () => Github, job: GithubContext, commit: string, production: NamedRelease | null): Promise<GatheredFacts> {
  try {
    const question = { commit, productionCommit: production?.commit ?? null, environment: DEPLOYMENT_ENVIRONMENTS.approval };
    return { readable: true, facts: await gatherDeliveryFacts(open(), job, question) };
  } catch (error) {
    if (error instanceof GithubError) return { readable: false, message: error.message };
    throw error;
  }
}
