import { json } from '../answer';
import { identifier, profileBody } from '../fields';
import { problem } from '../problem';
import { readSource } from '../read-source';
import type { Route } from '../route';
import { parse, parseBody } from '../validation';

const path = '/v1/profiles/{userId}';

export const putProfile: Route = {
  method: 'PUT',
  path,
  handle: async ({ request, parameters, store, deadline }) => {
    const userId = parse(identifier, parameters['userId'], 'userId');
    if (!userId.ok) return userId.answer;
    const body = parseBody(profileBody, request);
    if (!body.ok) return body.answer;
    const profile = { userId: userId.value, ...body.value };
    await store.writeProfile(profile, deadline);
    return json(200, profile);
  },
};

export const getProfile: Route = {
  method: 'GET',
  path,
  handle: async ({ request, parameters, store, deadline }) => {
    const userId = parse(identifier, parameters['userId'], 'userId');
    if (!userId.ok) return userId.answer;
    const from = readSource(request);
    if (!from.ok) return from.answer;
    const profile = await store.readProfile(userId.value, from.value, deadline);
    return profile === null ? problem(404, `There is no profile of ${userId.value}.`) : json(200, profile);
  },
};
