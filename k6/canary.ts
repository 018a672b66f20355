import { checkIn, wakeOne } from './scenarios/check-in.ts';
import { constantPlan, loadFrom, optionsFor } from './shapes.ts';
import { type Run, waitForStart, waitMs } from './start.ts';

export { appliesPolicyLoad } from './shapes.ts';
export { handleSummary } from './summary.ts';

/** Production's clients while a canary is watched. */
const load = loadFrom(__ENV, constantPlan('canary', 10, 10_000));

export const options = optionsFor(load.plan, waitMs(load), load.generators);
export const setup = (): Promise<Run> => waitForStart(load);
export const wake = (run: Run): Promise<void> => wakeOne(load, run);
export default (run: Run): Promise<void> => checkIn(load, run);
