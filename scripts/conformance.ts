/**
 * What other gate engines and reference statistics say, and what Tidegate says to the same:
 *
 *   npm run conformance -- [--vectors FILE ...] [--stats FILE ...] [--json]
 *
 * Runs every vector through the code that judges releases and prints a line per group, with each deliberate difference and its reason.
 * Without files it runs the copies in test/conformance/data. Exits 1 for a difference that no rule documents, or for an input
 * that passed although nobody saw anything; 64 for a file that cannot be read or has another shape.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/contract';
import { runStats, runVectors, UnreadableError } from './conformance/files';
import { summarize, summaryText } from './conformance/summary';

const DATA = join(__dirname, '..', 'test', 'conformance', 'data');
const OWN = {
  vectors: ['kayenta-judge-vectors.json', 'anchor-decision-tables.json'].map((name) => join(DATA, name)),
  stats: [join(DATA, 'stats-reference.json')],
};

/** @param args of the command line @returns its exit code */
export function conformance(args: readonly string[], print: (text: string) => void, complain: (text: string) => void): number {
  try {
    const { vectors, stats, json } = optionsOf(args);
    const asked = vectors.length + stats.length > 0 ? { vectors, stats } : OWN;
    const summary = summarize([...asked.vectors.map(runVectors), ...asked.stats.map(runStats)]);
    print(json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary));
    return summary.ok ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    complain(`conformance: ${error.message}\n`);
    return EXIT.usage;
  }
}

function optionsOf(args: readonly string[]) {
  const file = { type: 'string', multiple: true, default: [] as string[] } as const;
  try {
    return parseArgs({ args: [...args], options: { vectors: file, stats: file, json: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : String(error));
  }
}

if (require.main === module) {
  process.exitCode = conformance(
    process.argv.slice(2),
    (text) => process.stdout.write(text),
    (text) => process.stderr.write(text),
  );
}
