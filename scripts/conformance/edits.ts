import type { Series } from '../../src/gates/evidence-schema';
import { SECOND_MS, type StageEdit } from './bench';

/** The values of one CloudWatch counter, second by second; null for a second in which nothing was published, nor its heartbeat. */
export function counts(metric: string, heartbeat: string, values: readonly (number | null)[]): StageEdit {
  return (stage) => {
    const start = Date.parse(stage.judged.start);
    const valueAt = (at: number) => values[(at - start) / SECOND_MS];
    const edit = (series: Series): Series => ({
      ...series,
      points: series.points.flatMap(([at, value]) => {
        const given = valueAt(at);
        if (given === null) return [];
        return [[at, given === undefined || series.metric === heartbeat ? value : given] as [number, number]];
      }),
    });
    return { ...stage, series: stage.series.map((series) => ([metric, heartbeat].includes(series.metric) ? edit(series) : series)) };
  };
}

/** One edit after the other. */
export function all(...edits: readonly StageEdit[]): StageEdit {
  return (stage) => edits.reduce((edited, edit) => edit(edited), stage);
}
