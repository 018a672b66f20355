import type { Call } from './call';

/** `owner/name` */
export function fullName({ state }: Call): string {
  return `${state.repository.owner}/${state.repository.name}`;
}

/** The address of something in the repository, for people. */
export function page(call: Call, path = ''): string {
  return `${call.state.repository.serverUrl}/${fullName(call)}${path}`;
}

/** The address of something in the repository, for programs. */
export function api(call: Call, path = ''): string {
  return `${call.url}/repos/${fullName(call)}${path}`;
}
