import { DELIVERY_ENV, DEPLOYMENT_ENVIRONMENTS } from '../contract';
import { type Github, openGithub } from '../github/client';
import { githubContext } from '../github/context';
import type { DeliveryFacts } from '../github/delivery-facts';
import { gatherDeliveryFacts, type KnownAuthors } from '../github/delivery-facts-of';
import { GithubError } from '../github/failure';
import type { Patience } from '../github/patience';
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
  const known: KnownAuthors = new Map();
  return {
    ...asked,
    switches: () => ({ freeze: environment[DELIVERY_ENV.freeze] ?? '', pinned: environment[DELIVERY_ENV.pinned] ?? '' }),
    facts: (commit, production) =>
      gathered(() => {
        const question = { commit, productionCommit: production?.commit ?? null, environment: DEPLOYMENT_ENVIRONMENTS.approval };
        return gatherDeliveryFacts(open(), job, { ...question, branch: asked.branch }, known);
      }),
  };
}

/** What GitHub does not tell is no fault of ours and no yes of anybody: the guard refuses. */
async function gathered(gather: () => Promise<DeliveryFacts>): Promise<GatheredFacts> {
  try {
    return { readable: true, facts: await gather() };
  } catch (error) {
    if (error instanceof GithubError) return { readable: false, message: error.message };
    throw error;
  }
}
