import type { Tier } from '../../src/gates/vocabulary';
import type { Settings } from '../settings';

/**
 * What a job of the pipeline is for. Each purpose has its own role and its own GitHub deployment environment: one subject, one role.
 * Sessions last AWS's hour: a job that works for longer exchanges its identity token again (src/aws/credentials.ts).
 */
export const PURPOSES = {
  deployStaging: { role: 'deploy-staging', environment: 'staging', workflow: 'deployWorkflow' },
  qualify: { role: 'qualify', environment: 'staging-qualify', workflow: 'qualifyWorkflow' },
  deployProduction: { role: 'deploy-production', environment: 'production', workflow: 'deployWorkflow' },
  rollback: { role: 'rollback', environment: 'production-rollback', workflow: 'deployWorkflow' },
  ledger: { role: 'ledger', environment: 'ledger', workflow: 'deployWorkflow' },
} as const satisfies Record<string, { role: string; environment: string; workflow: keyof Settings['github'] }>;
export type Purpose = keyof typeof PURPOSES;
export const PURPOSE_NAMES = ['deployStaging', 'qualify', 'deployProduction', 'rollback', 'ledger'] as const satisfies readonly Purpose[];

type Named = Pick<Settings, 'service'>;

/** None of these names begins as the names of a tier's resources do: no right over a tier reaches the roles that hold it. */
export function purposeRoleName({ service }: Named, purpose: Purpose): string {
  return `${service}-delivery-${PURPOSES[purpose].role}`;
}

/** Its sessions are all that a load generator gets. */
export function invokeRoleName({ service }: Named): string {
  return `${service}-delivery-invoke`;
}

/** What CloudFormation assumes to change a tier's stack. */
export function stackRoleName({ service }: Named, tier: Tier): string {
  return `${service}-delivery-stack-${tier}`;
}

/** The policy that bounds every role which a tier's stack makes: the function's, CodeDeploy's, the flow log's. */
export function tierBoundaryName({ service }: Named, tier: Tier): string {
  return `${service}-delivery-${tier}-boundary`;
}
