import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCsv, parseWindows, type RecordedSeries } from '../calibration/recorded-series';
import { counted } from '../gates/format';
import { ConfigurationError } from '../pipeline/errors';

const LABELS = 'anomaly-windows.json';

export interface RecordedFiles {
  readonly series: readonly RecordedSeries[];
  /** What was done about data that are not as they should be, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads a folder of recorded series: `NAME.csv` files and `anomaly-windows.json`, which says for each what a person found in it.
 * @throws ConfigurationError naming the file and the line
 */
export async function readRecorded(folder: string, name: string): Promise<RecordedFiles> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new ConfigurationError(`${name}: cannot be read; give a folder of CSV files with --recorded DIR`, { cause });
  });
  const csv = files.filter((file) => file.endsWith('.csv')).sort();
  if (csv.length === 0) throw new ConfigurationError(`${name}: holds no .csv file; a series is a file of lines \`timestamp,value\``);
  if (!files.includes(LABELS))
    throw new ConfigurationError(
      `${name}: holds no ${LABELS}, so nobody knows which windows are healthy; {} would say that nothing was found in any`,
    );
  const labels = parseWindows(await readFile(join(folder, LABELS), 'utf8'));
  if (!labels.ok) throw new ConfigurationError(`${name}/${LABELS}: ${labels.problem}`);
  const series: RecordedSeries[] = [];
  const notes: string[] = [];
  for (const file of csv) {
    const parsed = parseCsv(await readFile(join(folder, file), 'utf8'));
    if (!parsed.ok) throw new ConfigurationError(`${name}/${file}: ${parsed.problem}`);
    const { points, duplicates } = parsed.value;
    if (duplicates > 0) notes.push(`${file}: ${counted(duplicates, 'line')} with a time that was there before; the first counts.`);
    if (!Object.hasOwn(labels.value, file)) notes.push(`${file}: not in ${LABELS}; all of it counts as healthy.`);
    series.push({ name: file.replace(/\.csv$/, ''), points, anomalies: labels.value[file] ?? [] });
  }
  return { series, notes };
}
