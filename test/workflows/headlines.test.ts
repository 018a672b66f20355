import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEADLINES } from '../../scripts/workflows/scenarios';

const REPORTS = join(__dirname, '..', 'golden', 'report');

/** Names of the golden comments in which a scenario would see that end. */
const seenIn = (pattern: RegExp): string[] =>
  readdirSync(REPORTS)
    .filter((name) => name.endsWith('.comment.md') && pattern.test(readFileSync(join(REPORTS, name), 'utf8')))
    .map((name) => name.replace('.comment.md', ''));

test('a scenario takes only a promotion for one: not "Not promoted", not a promotion by override', () => {
  expect(seenIn(HEADLINES.promoted).sort()).toEqual(['promoted', 'promoted-hotfix']);
});

test('what failed and what has no verdict are told apart', () => {
  expect(seenIn(HEADLINES.failed)).toEqual(expect.arrayContaining(['evaluated-failed', 'refused-failed']));
  expect(seenIn(HEADLINES.inconclusive)).toEqual(expect.arrayContaining(['evaluated-inconclusive', 'refused-inconclusive']));
  const all = Object.values(HEADLINES).flatMap((pattern) => seenIn(pattern));
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});
