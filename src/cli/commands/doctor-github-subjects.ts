import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { RepositoryIdentity, RepositorySettings } from '../../github/repository-settings';
import { ConfigurationError } from '../../pipeline/errors';
import type { Check } from './doctor';
import { AWS_SETTINGS } from './doctor-aws-reservations';
import { type Finding, finding, ROLE_ENVIRONMENTS, whenKnown } from './doctor-github-finding';

const github = z.object({ owner: z.string(), repository: z.string(), ownerId: z.string(), repositoryId: z.string(), branch: z.string() });
const schema = z.object({ github });

/** The repository whose jobs may assume the roles on AWS, as the assembly's settings name it. */
export type TrustedRepository = z.output<typeof github>;

/** @returns null where there are no such settings: the roles, if any, are somebody else's. @throws ConfigurationError when they do not say it */
export async function readTrusted(root: string): Promise<TrustedRepository | null> {
  const text = await readFile(resolve(root, AWS_SETTINGS), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text)).github;
  } catch (cause) {
    throw new ConfigurationError(
      `${AWS_SETTINGS}: does not say which repository is trusted; \`npm run synth\` says what is wrong with it`,
      { cause },
    );
  }
}

/** The subjects of the identity tokens that AWS will see, beside those that its roles trust. */
export function subjectChecks(settings: RepositorySettings, trusted: TrustedRepository | null, onAws: boolean): readonly Check[] {
  const { repository, subject } = settings;
  return [
    ...(trusted === null ? [] : [finding('trust of the roles', { required: onAws, ...trustOf(repository, trusted) })]),
    ...whenKnown('identity tokens', subject, ({ isDefault, claims, prefix }) => [
      finding('identity tokens', {
        required: onAws,
        found: isDefault
          ? `GitHub's own template${prefix === null ? '' : `, subjects begin with ${prefix}`}`
          : `made of ${claims.join(', ')}`,
        ...(isDefault ? {} : { advice: 'Go back to the default template: no role trusts subjects of this form.' }),
      }),
    ]),
    ...ROLE_ENVIRONMENTS.map((environment) =>
      finding(`subject of ${environment}`, { found: subjectsOf(repository, environment).join(' or ') }),
    ),
  ];
}

/** Both forms, because a repository's age decides which it has. The roles trust exactly these (infra/delivery/trust.ts). */
export function subjectsOf({ name, id, ownerId }: RepositoryIdentity, environment: string): readonly string[] {
  const [owner, repository] = name.split('/');
  return [`repo:${name}:environment:${environment}`, `repo:${owner}@${ownerId}/${repository}@${id}:environment:${environment}`];
}

function trustOf({ name, id, ownerId, defaultBranch }: RepositoryIdentity, trusted: TrustedRepository): Finding {
  const shown = (parts: readonly (string | number)[]) => `${parts[0]} (${parts[1]}, owner ${parts[2]}), branch ${parts[3]}`;
  const is = shown([name, id, ownerId, defaultBranch]);
  const wanted = shown([`${trusted.owner}/${trusted.repository}`, trusted.repositoryId, trusted.ownerId, trusted.branch]);
  if (is === wanted) return { found: wanted };
  return {
    found: wanted,
    advice: `This repository is ${is}: correct "github" in ${AWS_SETTINGS} and deploy the stack of the delivery again.`,
  };
}
