import { REASONS } from '../../src/gates/reasons';
import { PROFILES, type ProfileName } from '../../src/gates/vocabulary';

/** What a release file says of itself, before it is run. */
export type Expectation = {
  /** A pass runs the first, `--all` all of them. */
  readonly profiles: readonly [ProfileName, ...ProfileName[]];
  /** Of a mistake that another release makes in its plain form: only `--all` runs it. */
  readonly variant: boolean;
} & ({ readonly verdict: 'passed' } | { readonly verdict: 'failed'; readonly stoppedBy: StoppedBy });

/** `gate:reason`: the right gate for another reason than the declared one did not see the mistake. */
export type StoppedBy = `${string}:${string}`;

const FORM = /^[a-z][a-z0-9-]*:([a-z-]+)$/;

/**
 * Reads `@verdict`, `@stopped-by <gate>:<reason>`, `@profile <name> ...` (`quick` where none is named) and `@variant` of a release's
 * opening comment.
 * @throws when they are missing or contradict each other
 */
export function declarationOf(source: string, file: string): Expectation {
  const opening = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? '';
  const variant = /^ \* @variant$/m.test(opening);
  const tag = (name: string) => new RegExp(`@${name} ([^\\n]+)`).exec(opening)?.[1]?.trim();
  const profiles = profilesOf(tag('profile') ?? 'quick', file);
  const [verdict, stoppedBy] = [tag('verdict'), tag('stopped-by')];
  if (verdict === 'passed' && stoppedBy === undefined) return { verdict, profiles, variant };
  if (verdict === 'failed' && stoppedBy !== undefined) return { verdict, stoppedBy: stoppedByOf(stoppedBy, file), profiles, variant };
  throw new Error(`${file}: its opening comment must say "@verdict passed", or "@verdict failed" and "@stopped-by <gate>:<reason>"`);
}

function profilesOf(text: string, file: string): Expectation['profiles'] {
  const [first, ...others] = text.split(/\s+/).map((named) => {
    const profile = PROFILES.find((each) => each === named);
    if (profile === undefined) throw new Error(`${file}: "@profile ${named}" is none of ${PROFILES.join(', ')}`);
    return profile;
  });
  if (first === undefined || new Set([first, ...others]).size <= others.length)
    throw new Error(`${file}: "@profile ${text}" names one twice`);
  return [first, ...others];
}

function stoppedByOf(text: string, file: string): StoppedBy {
  const reason = FORM.exec(text)?.[1] ?? '';
  const failing = Object.entries(REASONS).some(([code, { verdict }]) => code === reason && verdict === 'failed');
  if (!failing) throw new Error(`${file}: "@stopped-by ${text}" must be <gate>:<reason>, with the reason code of a failure`);
  return text as StoppedBy;
}
