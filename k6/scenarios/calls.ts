import type { Turn } from './fixed-cycle.ts';

/** The requests of the check-in service with the answers that they must get. Pure. */

export interface Call {
  /** The route as reports name it: method and path template. */
  readonly route: string;
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>> | null;
  readonly status: number;
  /** Whether a parsed body holds what was asked for. May throw: that is a no. */
  readonly expects: (body: unknown) => boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const nameOf = (userId: string) => `Guest ${userId}`;

function isProfileOf(userId: string): (body: unknown) => boolean {
  return (body) => fields(body)['userId'] === userId && fields(body)['name'] === nameOf(userId);
}

function fields(body: unknown): Fields {
  if (typeof body !== 'object' || body === null) throw new TypeError('not an object');
  return body as Fields;
}

const isFilledList = (value: unknown) => Array.isArray(value) && value.length > 0;

function get(route: string, path: string, expects: Call['expects'], headers: Call['headers'] = {}): Call {
  return { route: `GET ${route}`, method: 'GET', path, headers, body: null, status: 200, expects };
}

function writeProfile(userId: string): Call {
  return {
    route: 'PUT /v1/profiles/{userId}',
    method: 'PUT',
    path: `/v1/profiles/${userId}`,
    headers: {},
    body: { name: nameOf(userId) },
    status: 200,
    expects: isProfileOf(userId),
  };
}

function readProfile(userId: string, headers: Call['headers']): Call {
  return get('/v1/profiles/{userId}', `/v1/profiles/${userId}`, isProfileOf(userId), headers);
}

function checkIn(eventId: string, userId: string, status: 201 | 200): Call {
  return {
    route: 'POST /v1/events/{eventId}/check-ins',
    method: 'POST',
    path: `/v1/events/${eventId}/check-ins`,
    headers: {},
    body: { userId },
    status,
    expects: (body) => fields(body)['userId'] === userId && fields(body)['eventId'] === eventId,
  };
}

/** The call of one turn. Users are made of the run and the iteration that wrote them; a run has one event. */
export function callFor(turn: Turn, run: string): Call {
  const userId = `u-${run}-${turn.of}`;
  const eventId = `e-${run}`;
  switch (turn.step) {
    case 'control':
      return get('/health', '/health', (body) => fields(body)['status'] === 'ok');
    case 'write-profile':
      return writeProfile(userId);
    case 'read-own-profile':
      return readProfile(userId, { 'x-read-your-write': 'true' });
    case 'read-profile':
      return readProfile(userId, {});
    case 'check-in':
      return checkIn(eventId, userId, 201);
    case 'check-in-again':
      return checkIn(eventId, userId, 200);
    case 'count':
      return get(
        '/v1/events/{eventId}/check-ins',
        `/v1/events/${eventId}/check-ins`,
        (body) => Number(fields(body)['count']) >= 1 && isFilledList(fields(body)['mostRecent']),
      );
    case 'leaderboard':
      return get('/v1/events/{eventId}/leaderboard', `/v1/events/${eventId}/leaderboard?limit=5`, (body) =>
        isFilledList(fields(body)['entries']),
      );
  }
}

/** A call that touches both what Redis holds and the network to it, for a user whom nobody reads. */
export function warmCall(user: string): Call {
  return writeProfile(`u-${user}`);
}
