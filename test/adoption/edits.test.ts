import { editedLines, editsNeeded, placeholdersIn } from '../../scripts/adoption/edits';
import { outputsIn, stepsOf } from '../../scripts/adoption/workflow-steps';
import { firstWorkflow } from '../../src/cli/init-workflow';

test('a line that was changed or added is counted, one that is the same or moved is not', () => {
  const before = 'a: 1\nb: 2\n\nc: 3\n';
  expect(editedLines(before, before)).toBe(0);
  expect(editedLines(before, 'b: 2\na: 1\n\nc: 3\n')).toBe(0);
  expect(editedLines(before, 'a: 1\nb: 7\n\nc: 3\nd: 4\n')).toBe(2);
  expect(editedLines(before, 'a: 1\na: 1\nb: 2\n\nc: 3\n')).toBe(1);
});

test('a name that somebody has to fill in is a line to edit', () => {
  const text = 'uses: OWNER/tidegate/.github/actions/gate@COMMIT\nrun: npx tidegate\n# TODO: name it\naccount: <ACCOUNT-ID>\nowner: me';
  expect(placeholdersIn(text)).toHaveLength(3);
});

test.each([
  ['nothing', { asked: [], placeholders: [], made: 0 }, 0],
  ['what was asked, though nobody did it', { asked: ['a', 'b'], placeholders: [], made: 0 }, 2],
  ['what was left to fill in', { asked: ['a'], placeholders: ['b', 'c', 'd'], made: 1 }, 4],
  ['what was done without being asked', { asked: ['a'], placeholders: [], made: 5 }, 5],
])('counted is %s', (_, edits, expected) => {
  expect(editsNeeded(edits)).toBe(expected);
});

test('of the written workflow its commands are run, with a profile that takes seconds; one that judges nothing is a fault', () => {
  const steps = stepsOf(firstWorkflow(null), 'test');
  expect(steps.map(({ name }) => name)).toEqual(['Packages of the project', 'Gate', 'Report']);
  expect(steps[1]?.run).toContain('tidegate gate --profile test --target twin');
  const released = firstWorkflow({ repository: 'example-org/tidegate', commit: 'c'.repeat(40), version: '1.2.3' });
  expect(() => stepsOf(released, 'test')).toThrow('judges nothing');
});

test('what its steps put out is read as the runner reads it', () => {
  expect(outputsIn('a=1\nb<<end-1\ntwo\nc=no output\nend-1\nexit-code=0\n')).toEqual({ a: '1', b: 'two\nc=no output', 'exit-code': '0' });
});
