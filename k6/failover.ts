import { checkIn, wakeOne } from './scenarios/check-in.ts';
import { constantPlan, loadFrom, optionsFor } from './shapes.ts';
import { type Run, waitForStart, waitMs } from './start.ts';

export { appliesPolicyLoad } from './shapes.ts';
export { handleSummary } from './summary.ts';

/** Is the release well again after the cache has lost its primary; who takes it away is not the script's business. */
const load = loadFrom(__ENV, constantPlan('failover', 20, 20_000, 4));

export const options = optionsFor(load.plan, waitMs(load), load.generators);
export const setup = (): Promise<Run> => waitForStart(load);
export const wake = (run: Run): Promise<void> => wakeOne(load, run);
export default (run: Run): Promise<void> => checkIn(load, run);
