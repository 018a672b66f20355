import type { Route } from './route';
import { getCheckIns, postCheckIn } from './routes/check-ins';
import { health } from './routes/health';
import { leaderboard } from './routes/leaderboard';
import { getProfile, putProfile } from './routes/profiles';
import { ready } from './routes/ready';

/** Every route of the service. */
export const ROUTES: readonly Route[] = [health, ready, putProfile, getProfile, postCheckIn, getCheckIns, leaderboard];
