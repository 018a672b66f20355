import { json } from '../answer';
import { checkInBody, DEFAULT_LIMIT, identifier } from '../fields';
import { readSource } from '../read-source';
import type { Route } from '../route';
import { parse, parseBody } from '../validation';

const path = '/v1/events/{eventId}/check-ins';

/** 201 the first time a user checks in, 200 ever after; counted once. */
export const postCheckIn: Route = {
  method: 'POST',
  path,
  handle: async ({ request, parameters, store, deadline }) => {
    const eventId = parse(identifier, parameters['eventId'], 'eventId');
    if (!eventId.ok) return eventId.answer;
    const body = parseBody(checkInBody, request);
    if (!body.ok) return body.answer;
    const { created, userId, checkedInAt } = await store.checkIn(eventId.value, body.value.userId, new Date(), deadline);
    return json(created ? 201 : 200, { eventId: eventId.value, userId, checkedInAt });
  },
};

export const getCheckIns: Route = {
  method: 'GET',
  path,
  handle: async ({ request, parameters, store, deadline }) => {
    const eventId = parse(identifier, parameters['eventId'], 'eventId');
    if (!eventId.ok) return eventId.answer;
    const from = readSource(request);
    if (!from.ok) return from.answer;
    return json(200, { eventId: eventId.value, ...(await store.checkIns(eventId.value, DEFAULT_LIMIT, from.value, deadline)) });
  },
};
