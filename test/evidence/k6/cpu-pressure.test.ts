import { watchCpuPressure } from '../../../src/evidence/k6/cpu-pressure';

const file = (some: number) => `some avg10=1.88 avg60=29.70 avg300=18.10 total=${some}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=9\n`;

function pressureOf(readings: readonly (readonly [atMs: number, text: string])[]): number | null {
  let current: readonly [number, string] = [0, ''];
  const pressure = watchCpuPressure(
    () => current[1],
    () => current[0],
  );
  for (const reading of readings) {
    current = reading;
    pressure.mark();
  }
  return pressure.percent();
}

it('is the share of time in which some task waited, between the first and the last mark', () => {
  expect(
    pressureOf([
      [0, file(1_000_000)],
      [1000, file(1_100_000)],
      [4000, file(4_000_000)],
    ]),
  ).toBe(75);
});

it('never exceeds 100 %', () => {
  expect(
    pressureOf([
      [0, file(0)],
      [1000, file(2_000_000)],
    ]),
  ).toBe(100);
});

it.each([
  ['one mark', [[0, file(5)]]],
  [
    'a kernel without the line',
    [
      [0, 'nothing'],
      [1000, 'nothing'],
    ],
  ],
  ['no mark', []],
] as const)('is unknown with %s', (_name, readings) => {
  expect(pressureOf(readings)).toBeNull();
});

it('is unknown where the file does not exist', () => {
  const pressure = watchCpuPressure(() => {
    throw new Error('ENOENT');
  });
  pressure.mark();
  pressure.mark();
  expect(pressure.percent()).toBeNull();
});
