import { json } from '../answer';
import type { Route } from '../route';

/** The control route: touches nothing, so it tells a failing cache from a failing platform. */
export const health: Route = { method: 'GET', path: '/health', handle: () => json(200, { status: 'ok' }) };
