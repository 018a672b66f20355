import { checkIn, wakeOne } from './scenarios/check-in.ts';
import { loadFrom, optionsFor, spikePlan } from './shapes.ts';
import { type Run, waitForStart, waitMs } from './start.ts';

export { appliesPolicyLoad } from './shapes.ts';
export { handleSummary } from './summary.ts';

/** Does the release stand a sudden crowd, and is it well again afterwards. */
const load = loadFrom(__ENV, spikePlan(5, 30));

export const options = optionsFor(load.plan, waitMs(load), load.generators);
export const setup = (): Promise<Run> => waitForStart(load);
export const wake = (run: Run): Promise<void> => wakeOne(load, run);
export default (run: Run): Promise<void> => checkIn(load, run);
