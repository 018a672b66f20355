/** Shows what the set-up does and how long each step takes; says nothing when there is nothing to do. */

const TICK_MS = 500;

/**
 * @param {NodeJS.WriteStream} out where to write: live on a terminal, a line per event otherwise.
 */
export function createProgress(out) {
  const live = out.isTTY === true;
  const started = performance.now();
  let begun = false;
  let stepsDone = 0;

  const begin = () => {
    if (begun) return;
    begun = true;
    out.write('Setting up (once per machine; later runs skip this)\n');
  };

  /** Runs one step. `work` gets a function that tells what it is doing now. */
  const step = async (label, work) => {
    begin();
    const start = performance.now();
    let doing = '';
    const draw = () => {
      if (live) out.write(`\r\x1b[2K  ${label.padEnd(14)} ${doing} … ${secondsSince(start)}`);
    };
    const timer = live ? setInterval(draw, TICK_MS) : undefined;
    const tell = (what) => {
      doing = what;
      if (live) draw();
      else out.write(`  ${label.padEnd(14)} ${what} …\n`);
    };
    try {
      const outcome = await work(tell);
      stepsDone += 1;
      finish(label, outcome, start);
      return outcome;
    } finally {
      clearInterval(timer);
    }
  };

  const finish = (label, outcome, start) => {
    const said = outcome.missing === undefined ? `${outcome.done}` : `not there: ${outcome.why}`;
    out.write(`${live ? '\r\x1b[2K' : ''}  ${label.padEnd(14)} ${said} (${secondsSince(start)})\n`);
  };

  return {
    step,
    note: (text) => out.write(`${live ? '\r\x1b[2K' : ''}${text}\n`),
    end: () => {
      if (stepsDone > 0) out.write(`Set-up done in ${secondsSince(started)}\n`);
    },
  };
}

function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
