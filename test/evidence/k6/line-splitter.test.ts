import { splitLines } from '../../../src/evidence/k6/line-splitter';

function linesOf(...chunks: readonly (string | Buffer)[]): readonly string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(Buffer.from(chunk));
  splitter.end();
  return lines;
}

it('puts a line together that arrives in pieces, also within a character', () => {
  const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
  expect(linesOf('a', 'b\nc', '\n', first, second, '\n')).toEqual(['ab', 'c', 'é']);
});

it('hands over a last line without a break', () => {
  expect(linesOf('a\nb')).toEqual(['a', 'b']);
  expect(linesOf('a\n')).toEqual(['a']);
});

it('does not hold a line without end in memory', () => {
  expect(linesOf('x'.repeat(1_500_000), '\nnext\n').map(({ length }) => length)).toEqual([1_000_000, 4]);
});
