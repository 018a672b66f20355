import type { DeliveryFacts } from '../../src/github/delivery-facts';
import type { DeliveryAsk } from '../../src/pipeline/delivery-ask';

export const COMMIT = 'c'.repeat(40);

/** A candidate that descends from production and that somebody else than its author approved in this attempt. */
export function factsOf(change: Partial<DeliveryFacts> = {}): DeliveryFacts {
  return {
    run: {
      id: 7,
      attempt: 1,
      url: 'https://github.com/example-org/example-check-in/actions/runs/7',
      event: 'push',
      actor: 'octo-author',
      triggeringActor: 'octo-author',
      headBranch: 'main',
      headSha: COMMIT,
      workflow: '.github/workflows/delivery.yml',
    },
    inputs: {},
    defaultBranch: 'main',
    commit: COMMIT,
    onDefaultBranch: true,
    onNamedBranch: null,
    lineage: 'descends',
    authors: [{ commit: COMMIT, as: 'author', login: 'octo-author' }],
    authorsComplete: true,
    approval: {
      environment: { name: 'production-approval', exists: true, reviewers: 2, preventSelfReview: true, adminsMayBypass: false },
      reviews: [{ who: 'octo-reviewer', state: 'approved', comment: 'the soak is flat' }],
      jobOfThisAttempt: true,
    },
    ...change,
  };
}

/** Asks nobody: everything is as `facts` says. */
export function askOf(facts: () => DeliveryFacts = factsOf, change: Partial<DeliveryAsk> = {}): DeliveryAsk {
  return {
    lane: 'usual',
    reason: '',
    branch: null,
    switches: () => ({ freeze: '', pinned: '' }),
    facts: async () => ({ readable: true, facts: facts() }),
    ...change,
  };
}
