import ts from 'typescript';
import { everyNode, filesBelow, parse, textOf } from './source-files';

const LONGEST_FILE = 300;
const sources = filesBelow('src', (path) => path.endsWith('.ts'));
const pureSources = sources.filter((path) => /^src\/(gates|report)\//.test(path));

describe('a file of src', () => {
  test('is short, or opens with the reason why it is not', () => {
    expect(sources.flatMap((path) => tooLong(path, textOf(path)))).toEqual([]);
  });

  test('exports by name', () => {
    expect(sources.filter((path) => exportsDefault(parse(path, textOf(path))))).toEqual([]);
  });

  test('is named for what it holds', () => {
    expect(sources.filter((path) => /(^|\/)(utils?|helpers?|misc|common)\.ts$/.test(path))).toEqual([]);
  });

  test('has classes for errors only', () => {
    expect(sources.flatMap((path) => otherClasses(parse(path, textOf(path))))).toEqual([]);
  });
});

test('gates and report take time, chance and the environment as arguments', () => {
  expect(pureSources.length).toBeGreaterThan(10);
  expect(pureSources.flatMap((path) => impurities(parse(path, textOf(path))))).toEqual([]);
});

describe('the checks above catch', () => {
  test('a long file without a reason', () => {
    const long = 'const x = 1;\n'.repeat(LONGEST_FILE + 1);
    expect(tooLong('src/a.ts', long)).toHaveLength(1);
    expect(tooLong('src/a.ts', `/** Long because the table is one thing. */\n${long}`)).toEqual([]);
  });

  test.each(['export default 1;', 'export default function f() {}', 'const a = 1; export { a as default };'])('%s', (text) => {
    expect(exportsDefault(parse('a.ts', text))).toBe(true);
  });

  test('a class that is no error', () => {
    expect(otherClasses(parse('a.ts', 'class Pool {}'))).toEqual(['a.ts: class Pool']);
    expect(otherClasses(parse('a.ts', 'class PoolError extends Error {}'))).toEqual([]);
  });

  test.each([
    'Date.now()',
    'new Date()',
    'Math.random()',
    'pc.red("x")',
    'process.env',
    'performance.now()',
    'fetch("x")',
    'setTimeout(f, 1)',
  ])('%s', (text) => {
    expect(impurities(parse('a.ts', `const x = ${text};`))).toHaveLength(1);
  });

  test('but not a date that is computed from an argument', () => {
    expect(impurities(parse('a.ts', 'const x = new Date(at); type P = { process: number };'))).toEqual([]);
  });
});

function tooLong(path: string, text: string): readonly string[] {
  const lines = text.trimEnd().split('\n').length;
  const hasReason = /^\/\*\*?[\s*]*Long because/.test(text);
  return lines > LONGEST_FILE && !hasReason ? [`${path}: ${lines} lines`] : [];
}

function exportsDefault(source: ts.SourceFile): boolean {
  let found = false;
  everyNode(source, (node) => {
    if (ts.isExportAssignment(node)) found = true;
    if (ts.isExportSpecifier(node) && node.name.text === 'default') found = true;
    if (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) found = true;
  });
  return found;
}

function otherClasses(source: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  everyNode(source, (node) => {
    if (!ts.isClassLike(node)) return;
    const parent = node.heritageClauses?.[0]?.types[0]?.expression.getText();
    if (parent === undefined || !/Error$/.test(parent)) found.push(`${source.fileName}: class ${node.name?.text ?? ''}`);
  });
  return found;
}

function impurities(source: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  everyNode(source, (node) => {
    if (isImpure(node)) found.push(`${source.fileName}: ${node.getText()}`);
  });
  return found;
}

/** Looks at the innermost expression that reaches outside, so that each use counts once. */
function isImpure(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0;
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    if (node.expression.getText() === 'pc') return node.name.text !== 'createColors';
    return ['Date.now', 'Math.random'].includes(text) || /^(process|performance)$/.test(node.expression.getText());
  }
  return ts.isCallExpression(node) && /^(fetch|setTimeout|setInterval|setImmediate)$/.test(node.expression.getText());
}
