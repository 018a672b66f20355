import { userInfo } from 'node:os';
import { ConfigurationError } from '../pipeline/errors';

type Environment = Readonly<Record<string, string | undefined>>;

/** Who began this attempt of the run, by GitHub's word; null outside of GitHub Actions. */
export function actorOf(environment: Environment): string | null {
  if (environment['GITHUB_ACTIONS'] !== 'true') return null;
  return environment['GITHUB_TRIGGERING_ACTOR'] || environment['GITHUB_ACTOR'] || null;
}

/**
 * Who decides, for the ledger: inside GitHub Actions whoever began the attempt, else whom the command line names, else the user
 * of this machine.
 * @throws ConfigurationError when the command line names somebody else than GitHub does
 */
export function deciderOf(named: string | undefined, environment: Environment = process.env): string {
  const actor = actorOf(environment);
  if (actor !== null && named !== undefined && named !== actor)
    throw new ConfigurationError(`--who ${named}: inside GitHub Actions it is ${actor} who began this attempt`);
  const who = actor ?? named ?? userName(environment);
  if (who.trim() === '') throw new ConfigurationError('--who must say something: it goes into the ledger');
  return who;
}

/** A container may run under a user id that has no name. */
function userName(environment: Environment): string {
  try {
    return userInfo().username;
  } catch {
    return environment['USER'] ?? `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
