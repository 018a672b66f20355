import { fullName } from './addresses';
import type { Call } from './call';
import { idOf, person } from './people';

/** This repository, or another one (a fork of it) by its `owner/name`. */
export function repositoryView(call: Call, name = fullName(call)): Readonly<Record<string, unknown>> {
  const { id, ownerId, ownerType, visibility, defaultBranch, serverUrl } = call.state.repository;
  const isFork = name !== fullName(call);
  const [owner = '', short = ''] = name.split('/');
  return {
    id: isFork ? idOf(name) : id,
    name: short,
    full_name: name,
    owner: isFork ? person(owner) : { ...person(owner, ownerType), id: ownerId },
    private: visibility !== 'public',
    visibility,
    fork: isFork,
    default_branch: defaultBranch,
    html_url: `${serverUrl}/${name}`,
    url: `${call.url}/repos/${name}`,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    pushed_at: '2026-01-01T00:00:00Z',
    disabled: false,
    archived: false,
    permissions: { admin: call.state.permissions['administration'] !== undefined, push: true, pull: true },
  };
}
