import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

export const ROOT = resolve(__dirname, '..', '..');

/** What a run, an install or a build leaves behind. */
const NOT_OURS = new Set([
  'node_modules',
  '.git',
  '.tools',
  '.tidegate',
  'tidegate-report',
  'tidegate-release',
  'cdk.out',
  'coverage',
  'dist',
  'tmp',
]);

export interface Import {
  /** As written: `../gates/verdict`, `zod`, `node:fs`. */
  readonly specifier: string;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

/** Files below a folder of the project, as paths from its root with `/`, those of our own hand only. */
export function filesBelow(folder: string, accepts: (path: string) => boolean = () => true): readonly string[] {
  const found: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(relative(ROOT, path).replaceAll('\\', '/'));
    }
  };
  visit(join(ROOT, folder));
  return found.filter(accepts).sort();
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Every module that a source names: imports, re-exports, `require` and `import()` of a literal. */
export function importsOf(source: ts.SourceFile): readonly Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const named = moduleNamedBy(node);
    if (named !== null) found.push(named);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Visits every node of a source. */
export function everyNode(source: ts.SourceFile, look: (node: ts.Node) => void): void {
  const visit = (node: ts.Node): void => {
    look(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function moduleNamedBy(node: ts.Node): Import | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: isTypeOnly(node) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, typeOnly: true };
  }
  if (!ts.isCallExpression(node)) return null;
  const [argument] = node.arguments;
  const loads =
    node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require');
  return loads && argument !== undefined && ts.isStringLiteral(argument) ? { specifier: argument.text, typeOnly: false } : null;
}

function isTypeOnly(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return clause.name === undefined && bindings !== undefined && ts.isNamedImports(bindings) && bindings.elements.every((e) => e.isTypeOnly);
}
