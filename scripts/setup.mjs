/**
 * Puts in place what Tidegate needs on this machine. Silent when all is there. Needs Node 20 or later with npm. With `--packages` only what a build
 * needs: the packages and the runtime's Node.
 */
import { fileURLToPath } from 'node:url';
import { setUpOrExplain } from './setup/guarded.mjs';
import { onStopSignals } from './setup/signals.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const stop = new AbortController();
let stoppedBy = null;
onStopSignals((name) => {
  stoppedBy ??= name;
  stop.abort();
});

const programs = process.argv.includes('--packages') ? { programs: ['node'] } : {};
const outcome = await setUpOrExplain({ root, stop, stoppedBy: () => stoppedBy, ...programs });
process.exit(outcome.exitCode ?? 0);
