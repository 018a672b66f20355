import { DEPLOYMENT_ENVIRONMENTS } from '../../contract';
import type { Known } from '../../github/repository-settings';
import { plain } from '../../report/escape';
import type { Check } from './doctor';
import { checked, type Finding } from './doctor-aws-check';

export type { Finding } from './doctor-aws-check';

/** The deployment environments whose jobs hold a role on AWS. */
export const ROLE_ENVIRONMENTS: readonly string[] = Object.values(DEPLOYMENT_ENVIRONMENTS).filter(
  (name) => name !== DEPLOYMENT_ENVIRONMENTS.approval,
);

/** One check. Names of branches, environments and variables come from the repository: they are shown as plain text. */
export function finding(name: string, { found, advice, required }: Finding): Check {
  const shown = { found: plain(found), ...(required === undefined ? {} : { required }) };
  return checked(plain(name), advice === undefined ? shown : { ...shown, advice: plain(advice) });
}

/** What could not be read is missing, with the right that was needed. */
export function whenKnown<T>(name: string, known: Known<T>, inspect: (value: T) => readonly Check[]): readonly Check[] {
  return known.known ? inspect(known.value) : [finding(name, { found: 'cannot be read', advice: known.message })];
}
