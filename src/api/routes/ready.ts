import { json } from '../answer';
import type { Route } from '../route';

/** Whether both endpoints answer. */
export const ready: Route = {
  method: 'GET',
  path: '/ready',
  handle: async ({ store, deadline }) => {
    await Promise.all([store.ping('primary', deadline), store.ping('reader', deadline)]);
    return json(200, { status: 'ready', primary: 'ok', reader: 'ok' });
  },
};
