import { FederatedPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Settings } from '../settings';
import { PURPOSES, type Purpose } from './purposes';

export const ISSUER = 'token.actions.githubusercontent.com';
export const AUDIENCE = 'sts.amazonaws.com';

/**
 * Who may assume a purpose's role: a job of this repository in the purpose's deployment environment, run by the purpose's workflow
 * as it stands on the default branch, for that branch: whatever is pushed to it, scheduled or started by hand on it. Any branch may
 * call the workflow of the default branch, with its own commit checked out; its `ref` tells it apart. Every condition is an exact
 * comparison and all must hold; a key that STS does not know matches nothing. STS has known the last three since January 2026.
 */
export function githubTrust(settings: Settings, purpose: Purpose, providerArn: string): FederatedPrincipal {
  const { environment, workflow } = PURPOSES[purpose];
  const { owner, repository, repositoryId } = settings.github;
  const ref = `refs/heads/${settings.github.branch}`;
  return new FederatedPrincipal(
    providerArn,
    {
      StringEquals: {
        [`${ISSUER}:aud`]: AUDIENCE,
        [`${ISSUER}:sub`]: subjects(settings, environment),
        // The older form of the subject is made of names, and names can be given away.
        [`${ISSUER}:repository_id`]: repositoryId,
        [`${ISSUER}:job_workflow_ref`]: `${owner}/${repository}/${settings.github[workflow]}@${ref}`,
        [`${ISSUER}:ref`]: ref,
      },
    },
    'sts:AssumeRoleWithWebIdentity',
  );
}

/** A repository has the one form or the other: by its age, and by whether it was renamed or has opted in. */
export function subjects({ github }: Settings, environment: string): readonly string[] {
  const { owner, ownerId, repository, repositoryId } = github;
  return [
    `repo:${owner}/${repository}:environment:${environment}`,
    `repo:${owner}@${ownerId}/${repository}@${repositoryId}:environment:${environment}`,
  ];
}
