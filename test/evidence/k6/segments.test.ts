import type { LoadProgress } from '../../../src/evidence/k6/progress';
import { runSegments } from '../../../src/evidence/k6/run-segments';
import { readSegment, segmentArguments, segmentsOf } from '../../../src/evidence/k6/segment';
import { loadEvidenceSchema, seriesSchema } from '../../../src/gates/evidence-schema';
import { constant } from '../../k6/plan';
import { type CheckInServer, startCheckInServer } from './check-in-server';
import { asK6, isAlive, k6, repository, surely, type TestDirectory, testDirectory } from './load-run';

let server: CheckInServer;
let directory: TestDirectory;

beforeEach(async () => {
  server = await startCheckInServer();
  directory = testDirectory();
});

afterEach(async () => {
  await server.stop();
  directory.remove();
});

const where = () => ({ baseUrl: server.url, directory: directory.path, script: `${repository}/k6/soak.ts` });

describe('two generators', () => {
  it('are one load: every arrival of the plan once, in its order, and every count exact', async () => {
    const plan = constant(30, 4000, { warm: 3 });
    const startAt = surely(plan) + 1000;
    const progress: LoadProgress[] = [];
    const signal = new AbortController().signal;
    const onProgress = (each: LoadProgress) => void progress.push(each);
    const { outcome, detail, series, load } = await runSegments({ k6, plan, startAt, signal, generators: 2, onProgress, ...where() });

    expect({ outcome, detail }).toEqual({ outcome: 'completed', detail: null });
    expect(loadEvidenceSchema.parse(load)).toEqual(load);
    for (const each of series) seriesSchema.parse(each);
    expect([load.requests, load.answered, load.failed, load.checksFailed, load.dropped]).toEqual([
      server.seen.length,
      server.seen.length,
      0,
      0,
      0,
    ]);
    expect(load.summary).toEqual({ iterations: load.iterations, requests: load.requests, dropped: 0 });
    const [warm, loaded] = [server.seen.slice(0, 3), server.seen.slice(3)];
    expect(warm.every(({ at }) => at < startAt)).toBe(true);
    expect(Math.abs(loaded.length - 120)).toBeLessThanOrEqual(1);
    // One run of one plan: no user is written twice, which generators that number their iterations alone would do.
    const written = loaded.filter(({ method }) => method === 'PUT').map(({ url }) => url);
    expect(new Set(written).size).toBe(written.length);
    const counted = series.filter(({ metric }) => metric === 'client.requests').flatMap(({ points }) => points);
    expect(counted.reduce((sum, [, value]) => sum + value, 0)).toBe(loaded.length);
    expect(Math.max(...progress.map(({ rate }) => rate))).toBeGreaterThan(25);
    expect(load.plannedRate).toBe(30);
    expect(load.achievedRate).toBeGreaterThan(29);
  });

  it('fail as one when one of them fails, by its number, and the other is ended', async () => {
    const program = directory.program(
      asK6(`FIRST="$PID_FILE.first"
case "$*" in *segment=1/2:1*) until [ -s "$FIRST" ]; do sleep 0.05; done; exit 107;; esac
echo $$ > "$FIRST"
exec sleep 60`),
    );
    const plan = constant(10, 4000);
    const signal = new AbortController().signal;
    const run = await runSegments({ k6: program, plan, startAt: surely(plan), signal, generators: 2, ...where() });
    expect(run.outcome).toBe('failed');
    expect(run.detail).toMatch(/^generator 2 of 2: k6 ended with code 107/);
    expect(isAlive(Number(directory.read('pid.first')))).toBe(false);
  });
});

describe('a segment', () => {
  it('is told to k6 with the sequence of all of them', () => {
    expect(segmentsOf(3).map(segmentArguments)).toEqual(
      ['0:1/3', '1/3:2/3', '2/3:1'].map((share) => [`--execution-segment=${share}`, '--execution-segment-sequence=0,1/3,2/3,1']),
    );
    expect(segmentsOf(1).map(segmentArguments)).toEqual([[]]);
  });

  it.each(['0/4', '5/4', '1', '1/0', 'a/b', '-1/4', '1/4/4'])('is not %s', (text) => expect(readSegment(text)).toBeNull());

  it('is 2/4', () => expect(readSegment('2/4')).toEqual({ index: 2, of: 4 }));
});
