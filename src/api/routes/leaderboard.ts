import { json } from '../answer';
import { identifier, listLimit } from '../fields';
import { readSource } from '../read-source';
import type { Route } from '../route';
import { parse } from '../validation';

/** Who checked in first, in order; `limit` 1 to 100, 10 by default. */
export const leaderboard: Route = {
  method: 'GET',
  path: '/v1/events/{eventId}/leaderboard',
  handle: async ({ request, parameters, store, deadline }) => {
    const eventId = parse(identifier, parameters['eventId'], 'eventId');
    if (!eventId.ok) return eventId.answer;
    const limit = parse(listLimit, request.query['limit'], 'limit');
    if (!limit.ok) return limit.answer;
    const from = readSource(request);
    if (!from.ok) return from.answer;
    const first = await store.leaderboard(eventId.value, limit.value, from.value, deadline);
    return json(200, { eventId: eventId.value, entries: first.map((entry, index) => ({ rank: index + 1, ...entry })) });
  },
};
