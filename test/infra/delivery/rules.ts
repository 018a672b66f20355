import type { Statement } from './statements';
import { UNSCOPED, type Unscoped } from './unscoped';

const ISSUER = 'token.actions.githubusercontent.com';
/** Verbs that change nothing. `apigateway` has methods for verbs. */
export const READS = /:(Get|List|Describe|BatchGet)|:GET$/;
/** Parts of an ARN that only what is ours has. The service's name alone is not enough: it begins what is the other tier's as well. */
const OURS =
  /check-in-(staging|production|delivery)|checkin(staging|production|delivery)-|CheckIn(Staging|Production|Delivery)|staging-api|LambdaAllAtOnce|^\{\w+\}/;

/** Problems of one statement, each as `where: what`. */
export function problemsOf(statement: Statement): readonly string[] {
  const { where, kind, effect } = statement;
  if (effect === 'Deny') return [];
  const rules =
    kind === 'trust'
      ? [negated, wildcardPrincipal, webIdentity]
      : [negated, wildcardAction, kind === 'resource' ? wildcardPrincipal : unscoped, passRole, rolesBounded];
  return rules.flatMap((rule) => rule(statement)).map((problem) => `${where}: ${problem}`);
}

function negated({ negations }: Statement): readonly string[] {
  return negations.map((name) => `allows with ${name}`);
}

function wildcardAction({ kind, actions, principals }: Statement): readonly string[] {
  return (
    actions
      .filter((action) => action.includes('*') && !/^[a-z0-9-]+:(Get|List|Describe)\w*\*$/.test(action))
      // AWS's own first statement of every key: without it, a key could become nobody's.
      .filter(
        (action) => !(kind === 'resource' && action === 'kms:*' && principals.every((each) => each === 'arn:aws:iam::123456789012:root')),
      )
      .map((action) => `allows the wildcard ${action}`)
  );
}

function unscoped({ where, actions, resources, conditions }: Statement): readonly string[] {
  const foreign = resources.filter((resource) => !OURS.test(resource));
  if (foreign.length === 0) return [];
  const keys = Object.values(conditions).flatMap((operator) => Object.keys(operator));
  return actions
    .filter((action) => !READS.test(action) && foreign.some((resource) => isOfService(action, resource)))
    .flatMap((action) => {
      const entry = entryOf(action);
      if (entry?.onlyFor !== undefined && !entry.onlyFor.test(where)) return [`allows ${action}, which is ${entry.onlyFor.source} only`];
      if (entry === undefined) return [`allows ${action} on ${foreign.join(', ')} without a reason in the table`];
      return entry.needs === undefined || keys.includes(entry.needs) ? [] : [`allows ${action} without a condition on ${entry.needs}`];
    });
}

/** An action has no effect on another service's resources. */
function isOfService(action: string, resource: string): boolean {
  return resource === '*' || !resource.startsWith('arn:') || resource.split(':')[2] === action.split(':')[0];
}

export function entryOf(action: string): Unscoped | undefined {
  return UNSCOPED.find(({ actions }) => actions.includes(action));
}

function wildcardPrincipal({ principals }: Statement): readonly string[] {
  return principals.filter((principal) => principal.includes('*')).map((principal) => `lets in ${principal}`);
}

/** Who may become a role by an identity of GitHub: exact comparisons, and all five of them. */
function webIdentity({ actions, conditions, principals }: Statement): readonly string[] {
  if (!actions.includes('sts:AssumeRoleWithWebIdentity')) {
    return actions.some((action) => action !== 'sts:AssumeRole') ? [`trusts by ${actions.join(', ')}`] : [];
  }
  const { StringEquals: equals = {}, ...inexact } = conditions;
  const values = (claim: string): readonly string[] => [equals[`${ISSUER}:${claim}`] ?? []].flat().map(String);
  const problems: string[] = Object.keys(inexact).map((operator) => `compares by ${operator}`);
  if (!principals.every((each) => each.endsWith(`oidc-provider/${ISSUER}`) || each.startsWith('{'))) problems.push('trusts another issuer');
  if (values('aud').join() !== 'sts.amazonaws.com') problems.push('takes any audience');
  const subjects = values('sub');
  if (subjects.length !== 2 || subjects.some((each, i) => !SUBJECT_FORMS[i]?.test(each)))
    problems.push(`subjects ${subjects.join(', ') || 'missing'}`);
  if (!/^\d+$/.test(values('repository_id').join())) problems.push('takes a repository by its name alone');
  if (!/^[\w.-]+\/[\w.-]+\/\.github\/workflows\/[\w.-]+\.ya?ml@refs\/heads\/[\w./-]+$/.test(values('job_workflow_ref').join()))
    problems.push('takes any workflow');
  const [ref, ...others] = values('ref');
  if (ref === undefined || others.length > 0 || !values('job_workflow_ref').every((each) => each.endsWith(`@${ref}`)))
    problems.push('takes any branch');
  return problems;
}

/** By names alone, and with ids that are never given twice. */
const SUBJECT_FORMS = [/^repo:[\w.-]+\/[\w.-]+:environment:[\w-]+$/, /^repo:[\w.-]+@\d+\/[\w.-]+@\d+:environment:[\w-]+$/];

function passRole({ actions, conditions }: Statement): readonly string[] {
  const passes = actions.some((action) => /^iam:PassRole$/.test(action));
  return passes && conditions['StringEquals']?.['iam:PassedToService'] === undefined ? ['passes roles to any service'] : [];
}

const GIVES_RIGHTS =
  /^iam:(CreateRole|PutRolePolicy|AttachRolePolicy|PutRolePermissionsBoundary|UpdateAssumeRolePolicy|CreatePolicyVersion|CreateUser)$/;

function rolesBounded({ actions, conditions }: Statement): readonly string[] {
  const unbounded = conditions['StringEquals']?.['iam:PermissionsBoundary'] === undefined;
  return unbounded
    ? actions
        .filter((action) => GIVES_RIGHTS.test(action) || /DeleteRolePermissionsBoundary/.test(action))
        .map((action) => `${action} without a boundary`)
    : [];
}
