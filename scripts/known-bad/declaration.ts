/** What a release file says of itself, before it is run. */
export type Expectation = { readonly verdict: 'passed' } | { readonly verdict: 'failed'; readonly stoppedBy: string };

/** Reads `@verdict` and `@stopped-by` of a release's opening comment. @throws when they are missing or contradict each other. */
export function declarationOf(source: string, file: string): Expectation {
  const opening = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? '';
  const verdict = /@verdict (\S+)/.exec(opening)?.[1];
  const stoppedBy = /@stopped-by (\S+)/.exec(opening)?.[1];
  if (verdict === 'passed' && stoppedBy === undefined) return { verdict };
  if (verdict === 'failed' && stoppedBy !== undefined) return { verdict, stoppedBy };
  throw new Error(`${file}: its opening comment must say "@verdict passed", or "@verdict failed" and "@stopped-by <gate id>"`);
}
