import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { AwsClients } from '../../../src/aws/clients';
import { clientsFor } from '../../../src/cli/aws-session';
import { addDeploy } from '../../../src/cli/commands/deploy';
import { evaluate } from '../../../src/gates/evaluate';
import type { Policy } from '../../../src/gates/policy/policy';
import type { Tier } from '../../../src/gates/vocabulary';
import { guardApproval } from '../../../src/pipeline/approval-guard';
import type { DeliveryAsk } from '../../../src/pipeline/delivery-ask';
import { newEntry } from '../../../src/pipeline/production';
import type { PromotionAttempt } from '../../../src/pipeline/promotion-attempt';
import { decide } from '../../../src/pipeline/promotion-decision';
import { type AwsContext, type AwsPolicy, knownCaller } from '../../../src/targets/aws/context';
import { placeOf } from '../../../src/targets/aws/place';
import { runCommand } from '../../cli/command-bench';
import { askOf, factsOf } from '../../pipeline/delivery-bench';
import { fakeTarget } from '../../pipeline/fake-target';
import { buildEvidence, NOW } from '../builders';
import type { Outcome } from './outcomes';

const HOUR_MS = 3_600_000;

/** What the guard of a promotion on AWS says first of evidence that was made with `quick`, so many hours after it was made. */
export function guardAfter(hours: number, delivery: DeliveryAsk | null = null): Outcome {
  return async (policy) => {
    const evidence = { ...buildEvidence({ policy }), target: 'aws' as const };
    const report = evaluate({ evidence, policy, policyDigest: `sha256:${'e'.repeat(64)}`, toolVersion: '0' });
    const { digest, commit } = evidence.release;
    const entries = [
      { ...newEntry('aws', { digest, commit }, { kind: 'gate-report', report }), schemaVersion: 1, sequence: 1, previous: null },
    ];
    const attempt = {
      workspace: { ledger: { read: async () => entries, append: async () => undefined } },
      target: { ...fakeTarget(), name: 'aws' },
      release: { digest, commit },
      policy,
      profile: 'quick',
      delivery,
      outdated: null,
      record: async () => undefined,
    } as unknown as PromotionAttempt;
    jest.useFakeTimers({ now: NOW.getTime() + hours * HOUR_MS });
    const decision = await decide(attempt).finally(() => jest.useRealTimers());
    return decision.allowed ? 'allowed' : decision.code;
  };
}

/** The same in the lane that a fix of production takes. */
export const guardOfHotfix: Outcome = guardAfter(1, askOf(factsOf, { lane: 'hotfix' }));

/** Whose approval counts, or why none does: of somebody by the deployment environment, of the author by the workflow `approve`. */
export const approvalBy =
  (author: string): Outcome =>
  ({ promotion }) => {
    const digest = `sha256:${'b'.repeat(64)}`;
    const facts = factsOf({ inputs: { digest }, authors: [{ commit: factsOf().commit, as: 'author', login: author }] });
    const run = { ...facts.run, event: 'workflow_dispatch', actor: 'octo-manager', triggeringActor: 'octo-manager' };
    const dispatched = { ...facts, run: { ...run, workflow: '.github/workflows/approve.yml' } };
    const outcome = guardApproval({ facts: dispatched, promotion, lane: 'usual', digest, reason: '' });
    return outcome.allowed ? outcome.approvals.map(({ who }) => who) : outcome.code;
  };

const awsOf = ({ targets }: Policy): AwsPolicy => {
  if (targets.aws === undefined) throw new Error('the policy names no AWS');
  return targets.aws;
};

/** Whether credentials of account 111111111111 are used. */
export const credentials: Outcome = async (policy) => {
  const sts = { send: async () => ({ Account: '111111111111', Arn: 'arn:aws:iam::111111111111:role/x' }) };
  const asked = knownCaller({ sts } as unknown as AwsClients, awsOf(policy).account);
  return asked.then(
    () => 'used',
    (error: unknown) => (error instanceof Error ? error.name : 'refused'),
  );
};

/** Where AWS is spoken to. */
export const region: Outcome = (policy) => {
  const clients = clientsFor(awsOf(policy), { AWS_REGION: 'eu-west-1' });
  clients.destroy();
  return clients.region;
};

/** Which API a tier given by its identities is. */
export const apiOf =
  (tier: Tier): Outcome =>
  async (policy) => {
    const caller = { account: '111111111111', partition: 'aws', arn: '' };
    const clients = { region: 'eu-west-1' } as unknown as AwsClients;
    const context: AwsContext = { clients, policy: awsOf(policy), caller, say: () => undefined, environment: {}, clock: {} as never };
    return (await placeOf(context, tier)).apiUrl;
  };

/** How `deploy --tier staging` ends. */
export const deployed: Outcome = async (_, raw) => {
  const root = mkdtempSync(join(tmpdir(), 'deployed-'));
  try {
    writeFileSync(join(root, 'gates.yaml'), stringify(raw));
    const ran = await runCommand(root, ['deploy', '--policy', 'gates.yaml', '--tier', 'staging'], (program, context, done) =>
      addDeploy(program, context, done, async () => ({
        target: { ...fakeTarget(), name: 'aws' },
        workspace: {} as never,
        close: async () => undefined,
      })),
    );
    return [ran.code, ran.message];
  } finally {
    rmSync(root, { recursive: true });
  }
};
