import { type Answer, type Call, NOT_FOUND, type OperationRule, refuse } from './call';

/** Shown to everybody where the repository is public. */
const OPEN_IN_PUBLIC: ReadonlySet<string> = new Set(['contents', 'pull-requests', 'issues', 'actions', 'deployments']);

/** @returns what GitHub says to a token that lacks the operation's permission, or null when it has it. */
export function refusedAccess({ state }: Call, { needs, access }: OperationRule): Answer | null {
  const isOpen = access === 'read' && state.repository.visibility === 'public' && needs.some((name) => OPEN_IN_PUBLIC.has(name));
  const isGranted = needs.some((name) => {
    const granted = state.permissions[name];
    return granted === 'write' || (granted === 'read' && access === 'read');
  });
  if (needs.length === 0 || isOpen || isGranted) return null;
  if (state.token.login.endsWith('[bot]')) return refuse(403, 'Resource not accessible by integration');
  // A person who may not administer a repository is not told that there is anything to administer.
  return needs.includes('administration') ? NOT_FOUND : refuse(403, 'Resource not accessible by personal access token');
}

/** @returns 401 for no token, 404 for the repository of somebody else: GitHub does not tell whether it exists. */
export function refusedCaller({ state, params }: Call, authorization: string | undefined): Answer | null {
  if (!/^(token|bearer) \S+$/i.test(authorization ?? '')) return refuse(401, 'Requires authentication');
  const { owner, name } = state.repository;
  const asked = params['owner'] === undefined ? null : `${params['owner']}/${params['repo']}`;
  return asked === null || asked.toLowerCase() === `${owner}/${name}`.toLowerCase() ? null : NOT_FOUND;
}
