import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conformance } from '../../scripts/conformance';
import { runStats, runVectors } from '../../scripts/conformance/files';
import { type Summary, summarize } from '../../scripts/conformance/summary';
import { SUBTLE, TAMPERINGS } from './tampering';

const DATA = join(__dirname, 'data');
const read = (name: string) => JSON.parse(readFileSync(join(DATA, name), 'utf8'));
const judges = read('kayenta-judge-vectors.json');
const tables = read('anchor-decision-tables.json');
const stats = read('stats-reference.json');

const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
afterAll(() => rmSync(directory, { recursive: true }));

function written(content: unknown): string {
  const file = join(directory, 'given.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function run(...args: readonly string[]) {
  const said: string[] = [];
  const code = conformance(
    args,
    (text) => said.push(text),
    (text) => said.push(text),
  );
  return { code, text: said.join('') };
}

/** Where each group of the run stands in its file. */
const PLACES: Readonly<
  Record<string, { readonly option: string; readonly vectors: readonly unknown[]; readonly file: (vectors: readonly unknown[]) => unknown }>
> = {
  classifier: { option: '--vectors', vectors: judges.classifier, file: (classifier) => ({ classifier }) },
  mannWhitney: { option: '--vectors', vectors: judges.mannWhitney, file: (mannWhitney) => ({ mannWhitney }) },
  ...Object.fromEntries(
    ['kayentaScorer', 'argoMetricStatus', 'k6Thresholds', 'bencherBoundaries', 'taurusWindows', 'azureLoadTesting'].map((group) => [
      group,
      {
        option: '--vectors',
        vectors: tables[group].vectors,
        file: (vectors: readonly unknown[]) => ({ [group]: { ...tables[group], vectors } }),
      },
    ]),
  ),
  ...Object.fromEntries(
    [
      ['parse', 'parse'],
      ['percentile', 'percentileR6'],
      ['comparison', 'comparison'],
    ].map(([group = '', key = '']) => [
      `keptnCriteria.${group}`,
      {
        option: '--vectors',
        vectors: tables.keptnCriteria[key],
        file: (vectors: readonly unknown[]) => ({ keptnCriteria: { [key]: vectors } }),
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.keys(TAMPERINGS)
      .filter((group) => /^(trend|twoSample|proportion)\./.test(group))
      .map((group) => [group.split('.')[0] ?? '', group])
      .map(([key = '', group = '']) => [
        group,
        { option: '--stats', vectors: stats[key], file: (vectors: readonly unknown[]) => ({ [key]: vectors }) },
      ]),
  ),
};

describe('what other engines and references say', () => {
  test('every vector runs, and each difference is one that we mean', () => {
    const { code, text } = run('--json');
    const { groups, failOpen, ok }: Summary = JSON.parse(text);
    expect({ code, ok, failOpen }).toEqual({ code: 0, ok: true, failOpen: { rows: 16, passed: 0 } });
    expect(groups.map(({ group, agree, of }) => `${group} ${agree} of ${of}`)).toEqual([
      'classifier 21 of 25',
      'mannWhitney 2 of 3',
      'kayentaScorer 12 of 13',
      'argoMetricStatus 19 of 32',
      'keptnCriteria.parse 3 of 5',
      'keptnCriteria.percentile 1 of 3',
      'keptnCriteria.comparison 2 of 8',
      'k6Thresholds 3 of 9',
      'bencherBoundaries 0 of 6',
      'taurusWindows 5 of 7',
      'azureLoadTesting 2 of 5',
      'trend.mannKendall 33 of 33',
      'trend.hamedRao 33 of 33',
      'trend.theilSen 33 of 33',
      'trend.kendallTau 0 of 33',
      'twoSample.mannWhitney 9 of 9',
      'twoSample.mannWhitneyExact 7 of 7',
      'twoSample.hodgesLehmann 9 of 9',
      'twoSample.cliffsDelta 9 of 9',
      'proportion.clopperPearson 10 of 10',
      'proportion.wilson 0 of 10',
    ]);
    expect(groups.every(({ agree, of, documented }) => agree + documented.flatMap(({ vectors }) => vectors).length === of)).toBe(true);
  });

  test('a line for each group, its differences with their reasons, and what passed unseen', () => {
    const one = written({ classifier: judges.classifier.slice(0, 1) });
    const { text } = run('--vectors', join(DATA, 'anchor-decision-tables.json'), '--vectors', one);
    expect(text).toMatch(/^kayentaScorer +agree 12 of 13\n {2}documented, 1: fail-open: .+\n {4}g1 Pass g1 Pass g2 Nodata\n/m);
    expect(text).toMatch(/^classifier +agree 1 of 1$/m);
    expect(text).toMatch(/\nfail-open rows: 0 passed of 15\n$/);
    expect(text).not.toContain('trend.');
  });

  test('names and order do not matter', () => {
    const unnamed = (vectors: readonly object[]) => vectors.toReversed().map((vector, i) => ({ ...vector, name: `vector ${i}` }));
    const renamed = { classifier: unnamed(judges.classifier), mannWhitney: unnamed(judges.mannWhitney) };
    const counts = (summary: Summary) =>
      summary.groups.map(({ group, agree, of, disagreements }) => [group, agree, of, disagreements.length]);
    expect(counts(summarize([runVectors(written(renamed))]))).toEqual([
      ['classifier', 21, 25, 0],
      ['mannWhitney', 2, 3, 0],
    ]);
    const turned = { trend: unnamed(stats.trend), twoSample: unnamed(stats.twoSample) };
    expect(summarize([runStats(written(turned))]).ok).toBe(true);
  });
});

describe('an expectation that was changed', () => {
  test.each(Object.keys(TAMPERINGS))('is noticed in every vector of %s', (group) => {
    const { option, vectors, file } = PLACES[group] as (typeof PLACES)[string];
    const tamper = TAMPERINGS[group] as (typeof TAMPERINGS)[string];
    // Large samples have no exact value that could be changed.
    const all =
      group === 'twoSample.mannWhitneyExact'
        ? vectors.filter((vector) => JSON.stringify(vector).includes('"pExact_two-sided":0'))
        : vectors;
    const missed = all.filter((vector) => run(option, written(file([tamper(vector as Record<string, unknown>)]))).code !== 1);
    expect(all.length).toBeGreaterThan(0);
    expect(missed).toEqual([]);
  });

  test.each(Object.keys(SUBTLE))('is noticed in every vector of %s, also where it is small or even', (group) => {
    const { option, vectors, file } = PLACES[group] as (typeof PLACES)[string];
    const changed = vectors.flatMap((vector) => SUBTLE[group]?.map((tamper) => tamper(vector as Record<string, unknown>)) ?? []);
    expect(changed.length).toBeGreaterThan(vectors.length);
    expect(changed.filter((vector) => run(option, written(file([vector]))).code !== 1)).toEqual([]);
  });

  test('also one of what ours must be, or a verdict where there must be none', () => {
    const scorer = {
      ...tables.kayentaScorer,
      vectors: [
        {
          metrics: [
            ['a', 'Pass'],
            ['b', 'Nodata'],
          ],
          score: 0,
        },
      ],
    };
    const open = (changes: object) => ({ kayentaScorer: { vectors: [{ ...tables.kayentaScorer.vectors[3], ...changes }] } });
    expect(run('--vectors', written({ kayentaScorer: scorer })).code).toBe(0);
    expect(run('--vectors', written(open({}))).code).toBe(0);
    expect(run('--vectors', written(open({ ours: 'config_error' }))).code).toBe(1);
    expect(run('--vectors', written(open({ ours: 'passed' }))).code).toBe(1);
    // All that was seen was good: ours passes, so a table that calls the row fail-open is not met.
    const seen = open({ metrics: [['a', 'Pass']], groupScores: [100] });
    expect(run('--vectors', written(seen))).toMatchObject({ code: 1, text: expect.stringContaining('fail-open rows: 1 passed of 1') });
  });
});

describe('64 for', () => {
  test.each<[string, unknown]>([
    ['a file that is no JSON', '{'],
    ['a file of another shape', { rows: [] }],
    ['a group that nobody would run', { kayentaScorer: tables.kayentaScorer, flaggerMetrics: { vectors: [] } }],
    ['a group without vectors', { classifier: [] }],
    ['a vector that expects nothing', { classifier: [{ ...judges.classifier[0], expect: {} }] }],
    ['an expectation that nobody compares', { classifier: [{ ...judges.classifier[0], expect: { labels: 'x' } }] }],
  ])('%s', (_, content) => {
    const { code, text } = run('--vectors', written(content));
    expect({ code, text }).toEqual({ code: 64, text: expect.stringMatching(/^conformance: .*given\.json: /) });
  });

  test('a file that is not there, statistics of another shape, an unknown option', () => {
    expect(run('--vectors', join(directory, 'absent.json')).code).toBe(64);
    expect(run('--stats', written({ proportion: [{ k: 1, n: 2, jeffreys95: [0, 1] }] }))).toMatchObject({
      code: 64,
      text: expect.stringContaining('jeffreys95'),
    });
    expect(run('--vector', 'x').code).toBe(64);
  });
});

test('a vector whose text nobody can read was not compared, and that is said', () => {
  const vectors = [{ criterion: 'the moon is full', perSecond: '3 each second', result: 'never' }];
  expect(run('--vectors', written({ taurusWindows: { vectors } }))).toMatchObject({
    code: 1,
    text: expect.stringContaining('cannot read'),
  });
});
