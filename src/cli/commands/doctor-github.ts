import { DELIVERY_ENV } from '../../contract';
import type { Policy } from '../../gates/policy/policy';
import type { RepositorySettings } from '../../github/repository-settings';
import { freezeOf } from '../../pipeline/freeze';
import type { Check } from './doctor';
import { approvalChecks, environmentChecks } from './doctor-github-environments';
import { type Finding, finding, whenKnown } from './doctor-github-finding';
import { actionChecks, branchChecks } from './doctor-github-rules';
import { subjectChecks, type TrustedRepository } from './doctor-github-subjects';

/** Variables of the repository or its organization that workflows read, besides those of DELIVERY_ENV. */
const VARIABLES = { target: 'TIDEGATE_TARGET', approval: 'TIDEGATE_APPROVAL', attest: 'TIDEGATE_ATTEST' } as const;

/**
 * What a repository's settings have and lack for delivery by the policy. What could not be read counts as missing.
 * @param trusted the repository that the roles on AWS are written for; null where none are
 */
export function inspectRepository(settings: RepositorySettings, policy: Policy, trusted: TrustedRepository | null): readonly Check[] {
  const { repository } = settings;
  const onAws = mayBeAws(settings);
  return [
    finding('repository', { found: `${repository.name}, ${repository.visibility}, default branch ${repository.defaultBranch}` }),
    ...approvalChecks(settings, policy),
    ...environmentChecks(settings, onAws),
    ...branchChecks(settings, policy),
    ...actionChecks(settings),
    ...subjectChecks(settings, trusted, onAws),
    ...whenKnown('variables', settings.variables, (own) =>
      whenKnown('organization variables', settings.organizationVariables, (shared) =>
        variableChecks({ ...shared, ...own }, policy, settings),
      ),
    ),
  ];
}

/** What is not known is taken for the stricter. A variable of the repository goes before the organization's. */
function mayBeAws({ variables, organizationVariables }: RepositorySettings): boolean {
  if (!variables.known) return true;
  const own = variables.value[VARIABLES.target];
  if (own !== undefined) return own === 'aws';
  return !organizationVariables.known || organizationVariables.value[VARIABLES.target] === 'aws';
}

type Variables = Readonly<Record<string, string>>;

function variableChecks(variables: Variables, { promotion }: Policy, { repository }: RepositorySettings): readonly Check[] {
  const isPublic = repository.visibility === 'public';
  return [
    finding(VARIABLES.target, targetOf(variables[VARIABLES.target])),
    finding(VARIABLES.approval, approvalOf(variables[VARIABLES.approval], promotion.approval)),
    finding(DELIVERY_ENV.freeze, frozen(variables[DELIVERY_ENV.freeze] ?? '')),
    finding(DELIVERY_ENV.pinned, pinned(variables[DELIVERY_ENV.pinned] ?? '')),
    finding('attestations', attested(variables[VARIABLES.attest] === 'true', isPublic)),
  ];
}

function targetOf(target: string | undefined): Finding {
  if (target === undefined) return { found: 'not set: delivery on the twin' };
  if (target === 'twin' || target === 'aws') return { found: target };
  return { found: target, advice: 'Set it to twin or aws, or delete it.' };
}

function approvalOf(variable: string | undefined, policy: string): Finding {
  const found = `${variable ?? 'not set: environment'}; the policy says ${policy}`;
  return (variable ?? 'environment') === policy
    ? { found }
    : { found, advice: `Set it to ${policy}: otherwise nobody is asked, and the guard refuses.` };
}

function frozen(text: string): Finding {
  const freeze = freezeOf(text);
  if (freeze.kind === 'none') return { found: 'not set' };
  if (freeze.kind === 'unreadable') {
    return { found: text, advice: 'Nothing is promoted while this stands. Write `<until as ISO instant> <reason>`, or delete it.' };
  }
  return {
    found: `until ${freeze.until.toISOString()}: ${freeze.reason}`,
    required: false,
    advice: 'Until then nothing but a hotfix is promoted.',
  };
}

function pinned(candidate: string): Finding {
  if (candidate === '') return { found: 'not set' };
  return { found: candidate, required: false, advice: 'No other candidate is promoted until this is deleted.' };
}

function attested(isOn: boolean, isPublic: boolean): Finding {
  if (isOn === isPublic) return { found: isOn ? 'on' : 'off: the digests are checked all the same' };
  const advice = isPublic
    ? `A public repository has them on every plan: set ${VARIABLES.attest} to true.`
    : `A private repository has them on GitHub Enterprise Cloud only: otherwise delete ${VARIABLES.attest}, or the build fails.`;
  return { found: isOn ? 'on' : 'off', required: false, advice };
}
