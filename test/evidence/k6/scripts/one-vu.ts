import { checkIn } from '../../../../k6/scenarios/check-in.ts';
import { loadFrom, optionsFor } from '../../../../k6/shapes.ts';
import { type Run, waitForStart } from '../../../../k6/start.ts';

export { handleSummary } from '../../../../k6/summary.ts';

/** A generator with too few VUs for its plan: it must drop iterations and the evidence must say so. */
const fallback = JSON.parse(__ENV['TIDEGATE_LOAD'] ?? '{}');
const load = loadFrom(__ENV, fallback);
const planned = optionsFor(load.plan, 10_000);

export const options = { ...planned, scenarios: { load: { ...planned.scenarios?.['load'], preAllocatedVUs: 1 } } };
export const setup = (): Promise<Run> => waitForStart(load);
const iteration = (run: Run): Promise<void> => checkIn(load, run);

export { iteration as default };
