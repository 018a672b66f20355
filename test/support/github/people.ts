import { createHash } from 'node:crypto';

/** What GitHub shows of an account: everything is told by its login. */
export interface Person {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot' | 'Organization';
  readonly html_url: string;
}

/** The number that GitHub would have given to a name. Stable, so that a test can expect it. */
export function idOf(name: string): number {
  return createHash('sha256').update(name).digest().readUIntBE(0, 4);
}

export function person(login: string, type: Person['type'] = login.endsWith('[bot]') ? 'Bot' : 'User'): Person {
  const page = type === 'Bot' ? `apps/${login.replace(/\[bot\]$/, '')}` : login;
  return { login, id: idOf(login), type, html_url: `https://github.com/${page}` };
}

/** Null stays null: an account that was deleted, or never was. */
export function personOrNobody(login: string | null): Person | null {
  return login === null ? null : person(login);
}
