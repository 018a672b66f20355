import type { EndpointName } from '../cache/cache';

export interface Profile {
  readonly userId: string;
  readonly name: string;
  readonly company?: string | undefined;
}

/** A check-in as it was first counted. */
export interface CheckIn {
  readonly userId: string;
  /** ISO 8601. */
  readonly checkedInAt: string;
}

export interface CheckInOutcome extends CheckIn {
  /** False when this user had checked in before. */
  readonly created: boolean;
}

export interface EventCheckIns {
  readonly count: number;
  /** Newest first. */
  readonly mostRecent: readonly CheckIn[];
}

/**
 * What the service remembers. Every method settles at `deadline` (milliseconds of `performance.now()`) at the latest and
 * throws CacheUnavailable when it could not ask.
 */
export interface Store {
  ping(endpoint: EndpointName, deadline: number): Promise<void>;
  /** @returns null for a user that nobody has written */
  readProfile(userId: string, from: EndpointName, deadline: number): Promise<Profile | null>;
  /** Replaces the whole profile. */
  writeProfile(profile: Profile, deadline: number): Promise<void>;
  /** Counts a user once, however often it is asked to. */
  checkIn(eventId: string, userId: string, at: Date, deadline: number): Promise<CheckInOutcome>;
  checkIns(eventId: string, recent: number, from: EndpointName, deadline: number): Promise<EventCheckIns>;
  /** Who came first, in order. */
  leaderboard(eventId: string, limit: number, from: EndpointName, deadline: number): Promise<readonly CheckIn[]>;
}
