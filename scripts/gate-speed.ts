/**
 * How long judging takes, and that it grows in step with gates and points: node scripts/run.mjs gate-speed
 *
 * Judges made-up evidence from its digest to the gate report, with gates of every judge. Exits 1 when twice the gates or twice the points cost much
 * more than twice as much; the milliseconds are this machine's and are only shown.
 */
import { canonicalJson } from '../src/gates/canonical';
import { type EvaluateInput, evaluate } from '../src/gates/evaluate';
import { workload } from './gate-speed/workload';

const GATES = [125, 250, 500];
const POINTS = [360, 720, 1440];
const ROUNDS = 5;
/** A doubling costs twice as much at most, plus what the machine's own noise adds; squared growth would be 4. */
const MOST = 2.6;

/** Median of the rounds, in ms. Each round judges evidence that was never judged before, as a command does. */
function medianMs(input: EvaluateInput): number {
  const texts = [canonicalJson(input.evidence), canonicalJson(input.baseline?.evidence)];
  const times = Array.from({ length: ROUNDS }, () => {
    const [evidence, last] = texts.map((text) => JSON.parse(text));
    const baseline = input.baseline && { ...input.baseline, evidence: last };
    const before = performance.now();
    evaluate({ ...input, evidence, baseline: baseline ?? null });
    return performance.now() - before;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
}

const cost = (gates: number, points: number) => medianMs(workload(gates, points));
// The first judgings compile the code and belong to no size.
cost(125, 360);

const rows = GATES.map((gates) => POINTS.map((points) => cost(gates, points)));
process.stdout.write(`${'gates'.padEnd(8)}${POINTS.map((points) => `${points} points`.padStart(14)).join('')}\n`);
for (const [i, row] of rows.entries()) {
  process.stdout.write(`${String(GATES[i]).padEnd(8)}${row.map((ms) => `${ms.toFixed(1)} ms`.padStart(14)).join('')}\n`);
}
const growth = (cells: readonly number[]) => cells.slice(1).map((ms, i) => ms / (cells[i] as number));
const byPoints = growth(rows.at(-1) ?? []);
const byGates = growth(rows.map((row) => row.at(-1) as number));
const text = (ratios: readonly number[]) => ratios.map((ratio) => ratio.toFixed(2)).join(', ');
process.stdout.write(`twice the points cost ${text(byPoints)} times as much, twice the gates ${text(byGates)} (limit ${MOST})\n`);
process.exitCode = [...byPoints, ...byGates].some((ratio) => ratio > MOST) ? 1 : 0;
