import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { appendOutputs, appendSummary, SUMMARY_LIMIT } from '../../src/github/job-files';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-job-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the summary', () => {
  test('is added to what the step has said before', () => {
    const path = join(folder, 'summary');
    expect(appendSummary(path, '# One')).toBe(true);
    expect(appendSummary(path, '# Two\n')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('# One\n# Two\n');
  });

  test('is counted in bytes, and not written when GitHub would show nothing of it', () => {
    const path = join(folder, 'summary');
    const half = 'ü'.repeat(SUMMARY_LIMIT / 4);
    expect(appendSummary(path, half)).toBe(true);
    expect(appendSummary(path, half)).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(`${half}\n`);
  });

  test('of exactly the limit fits', () => {
    const path = join(folder, 'summary');
    expect(appendSummary(path, `${'x'.repeat(SUMMARY_LIMIT - 1)}`)).toBe(true);
    writeFileSync(path, '');
    expect(appendSummary(path, 'x'.repeat(SUMMARY_LIMIT))).toBe(false);
  });
});

describe('outputs', () => {
  test('come back as they were, whatever their values hold', () => {
    const value = fc.string({ unit: fc.constantFrom('a', '=', '<', '\n', '\r', '-', 'EOF', 'verdict', ' ', '%') });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('verdict', 'reason-code', 'result'), value), (outputs) => {
        const path = join(folder, 'output');
        writeFileSync(path, '');
        appendOutputs(path, outputs);
        expect(readAsRunner(readFileSync(path, 'utf8'))).toEqual({ ...outputs });
      }),
    );
  });

  test('a value that imitates the end of another sets nothing', () => {
    const path = join(folder, 'output');
    appendOutputs(path, { reason: 'x\nEOF\nverdict=passed\nverdict<<EOF\npassed\nEOF' });
    expect(Object.keys(readAsRunner(readFileSync(path, 'utf8')))).toEqual(['reason']);
  });

  test.each(['', '1st', 'a b', 'a=b', 'a<<b', 'a\nb'])('%j is no name', (name) => {
    expect(() => appendOutputs(join(folder, 'output'), { [name]: 'x' })).toThrow(RangeError);
  });
});

/** As the runner reads it: `name<<fence`, lines, the fence; or `name=value`. */
function readAsRunner(text: string): Record<string, string> {
  const lines = text.split('\n');
  const read: Record<string, string> = {};
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    const [, name = '', fence] = /^([^=<]+)<<(.+)$/.exec(line) ?? [];
    if (fence === undefined) {
      const [key = '', value] = line.split('=');
      if (value !== undefined) read[key] = value;
      continue;
    }
    const end = lines.indexOf(fence);
    read[name] = lines.splice(0, end).join('\n');
    lines.shift();
  }
  return read;
}
