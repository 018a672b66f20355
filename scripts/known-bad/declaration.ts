import { PROFILES, type ProfileName } from '../../src/gates/vocabulary';

/** What a release file says of itself, before it is run. */
export type Expectation = { readonly profile: ProfileName } & (
  | { readonly verdict: 'passed' }
  | { readonly verdict: 'failed'; readonly stoppedBy: string }
);

/**
 * Reads `@verdict`, `@stopped-by` and `@profile` (`quick` where none is named) of a release's opening comment.
 * @throws when they are missing or contradict each other
 */
export function declarationOf(source: string, file: string): Expectation {
  const opening = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? '';
  const tag = (name: string) => new RegExp(`@${name} (\\S+)`).exec(opening)?.[1];
  const [verdict, stoppedBy, named = 'quick'] = [tag('verdict'), tag('stopped-by'), tag('profile')];
  const profile = PROFILES.find((each) => each === named);
  if (profile === undefined) throw new Error(`${file}: "@profile ${named}" is none of ${PROFILES.join(', ')}`);
  if (verdict === 'passed' && stoppedBy === undefined) return { verdict, profile };
  if (verdict === 'failed' && stoppedBy !== undefined) return { verdict, stoppedBy, profile };
  throw new Error(`${file}: its opening comment must say "@verdict passed", or "@verdict failed" and "@stopped-by <gate id>"`);
}
