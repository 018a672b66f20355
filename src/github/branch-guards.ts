import { type Github, placeOf } from './client';
import { attempt } from './failure';

/** Who gets past the rules of a branch, and whether the owners that they count on are there. */

export interface RulesetBypass {
  readonly ruleset: string;
  /** `Team 12 (always)`; null where GitHub does not show it to this token. */
  readonly actors: readonly string[] | null;
}

/** @throws GithubError */
export async function bypassOf(github: Github, rulesets: readonly number[]): Promise<readonly RulesetBypass[]> {
  const found: RulesetBypass[] = [];
  for (const id of rulesets) {
    const { data } = await attempt({ doing: `read the ruleset ${id}`, right: 'contents: read' }, () =>
      github.rest.repos.getRepoRuleset({ ...placeOf(github), ruleset_id: id }),
    );
    const actors = data.bypass_actors?.map(
      ({ actor_type: type, actor_id: actor, bypass_mode: mode = 'always' }) => `${type}${actor ? ` ${actor}` : ''} (${mode})`,
    );
    found.push({ ruleset: data.name, actors: actors ?? null });
  }
  return found;
}

export interface CodeOwnersError {
  readonly line: number;
  /** `Unknown owner`, `Invalid pattern`. */
  readonly kind: string;
  readonly source: string;
}

/** Lines of CODEOWNERS that GitHub ignores. @throws GithubError, `not-found` when there is no such file */
export async function codeOwnersErrors(github: Github): Promise<readonly CodeOwnersError[]> {
  const { data } = await attempt({ doing: 'read what GitHub says of CODEOWNERS', right: 'contents: read' }, () =>
    github.rest.repos.codeownersErrors(placeOf(github)),
  );
  return data.errors.map(({ line, kind, source = '' }) => ({ line, kind, source: source.trim() }));
}
