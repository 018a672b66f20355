/**
 * One, two and four k6 processes at the same total rate: node scripts/run.mjs segments [--rate 60] [--seconds 15] [--repeats 3]
 *
 * Prints what each run counted and ends with 1 when several generators differ from one: requests by more than 1 %, p95 by more
 * than 5 %. With `--generators 1 --rate 1000` it shows how much one generator of this machine can send on time.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { constantPlan } from '../k6/shapes';
import { loadLeadMs } from '../src/evidence/k6/run-load';
import { runSegments } from '../src/evidence/k6/run-segments';
import { histogramQuantile, mergeHistograms } from '../src/gates/measure/histogram';
import { loadToolchain } from '../src/pipeline/toolchain';

const ROOT = join(__dirname, '..');
const MOST = { requests: 0.01, p95: 0.05 };

interface Row {
  readonly generators: number;
  readonly requests: number;
  readonly served: number;
  readonly p95: number;
  readonly lag: number | null;
  readonly pressure: number | null;
  readonly dropped: number;
}

type Options = Readonly<Record<'rate' | 'seconds' | 'repeats' | 'generators', { readonly type: 'string' }>>;

/** @returns null for options that there are not */
function optionsOf(options: Options): Partial<Record<keyof Options, string>> | null {
  try {
    return parseArgs({ options }).values;
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const values = optionsOf({ rate: text, seconds: text, repeats: text, generators: text });
  if (values === null) {
    process.stderr.write('usage: segments [--rate 60] [--seconds 15] [--repeats 3] [--generators 1,2,4]\n');
    return 64;
  }
  const [rate, seconds, repeats] = [values.rate ?? 60, values.seconds ?? 15, values.repeats ?? 3].map(Number);
  const counts = (values.generators ?? '1,2,4').split(',').map(Number);
  if ([rate, seconds, repeats, ...counts].some((value) => !Number.isInteger(value) || Number(value) < 1)) return 64;
  const server = new Worker(join(ROOT, 'scripts', 'segments', 'server.mjs'));
  const directory = await mkdtemp(join(tmpdir(), 'segments-'));
  try {
    const [{ port }] = await once(server, 'message');
    process.stdout.write('generators  requests  served  p95 ms  lag p95 ms  pressure %  dropped\n');
    const rows: Row[] = [];
    for (let round = 0; round < Number(repeats); round += 1) {
      for (const generators of counts) {
        const row = await measure({ server, port, directory, generators, rate: Number(rate), seconds: Number(seconds) });
        rows.push(row);
        process.stdout.write(`${lineOf(row)}\n`);
      }
    }
    return compare(rows);
  } finally {
    await server.terminate();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Measurement {
  readonly server: Worker;
  readonly port: number;
  readonly directory: string;
  readonly generators: number;
  readonly rate: number;
  readonly seconds: number;
}

async function measure({ server, port, directory, generators, rate, seconds }: Measurement): Promise<Row> {
  const plan = { ...constantPlan('soak', rate, seconds * 1000), requestTimeoutMs: 1000 };
  const { load, detail } = await runSegments({
    k6: loadToolchain(ROOT).k6.path,
    script: join(ROOT, 'k6', 'soak.ts'),
    plan,
    generators,
    baseUrl: `http://127.0.0.1:${port}`,
    startAt: Math.ceil((Date.now() + loadLeadMs(plan, generators)) / 1000) * 1000,
    directory,
    signal: new AbortController().signal,
  });
  if (detail !== null) throw new Error(detail);
  server.postMessage('how many?');
  const [{ requests: served }] = await once(server, 'message');
  const p95 = histogramQuantile(mergeHistograms(load.judged.map(({ latency }) => latency)), 0.95) ?? Number.NaN;
  const { requests, arrivalLagP95Ms: lag, cpuPressure: pressure, dropped } = load;
  return { generators, requests, served, p95, lag, pressure, dropped };
}

function lineOf({ generators, requests, served, p95, lag, pressure, dropped }: Row): string {
  const columns: readonly [unknown, number][] = [
    [generators, 10],
    [requests, 10],
    [served, 8],
    [p95, 8],
    [lag, 12],
    [pressure, 12],
    [dropped, 9],
  ];
  return columns.map(([value, width]) => String(value ?? '-').padStart(width)).join('');
}

/** Every run by several generators against every run by one. @returns the exit code */
function compare(rows: readonly Row[]): number {
  const alone = rows.filter(({ generators }) => generators === 1);
  const together = rows.filter(({ generators }) => generators > 1);
  let code = 0;
  for (const key of ['requests', 'p95'] as const) {
    const differences = together.flatMap((row) => alone.map((one) => Math.abs(row[key] / one[key] - 1)));
    if (differences.length === 0) continue;
    const worst = Math.max(...differences);
    if (!(worst <= MOST[key])) code = 1;
    process.stdout.write(`${key}: ${(worst * 100).toFixed(2)} % apart at most, ${MOST[key] * 100} % allowed\n`);
  }
  return code;
}

main().then((code) => {
  process.exitCode = code;
});
