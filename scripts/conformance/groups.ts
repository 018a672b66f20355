import { argoRow } from './argo';
import { azureRow } from './azure';
import { bencherRow } from './bencher';
import { k6Row } from './k6';
import { classifierRow } from './kayenta-classifier';
import { mannWhitneyRow } from './kayenta-mann-whitney';
import { scorerRow } from './kayenta-scorer';
import { comparisonRow, parseRow, percentileRow } from './keptn';
import type { Row } from './row';
import type { DecisionTables } from './shapes/decision-tables';
import type { JudgeVectors } from './shapes/judge-vectors';
import { taurusRow } from './taurus';

/** Rows by the name of their group, in the order in which they are shown. */
export type Groups = Readonly<Record<string, readonly Row[]>>;

export function judgeVectorGroups({ classifier, mannWhitney }: JudgeVectors): Groups {
  return present({ classifier: each(classifier, classifierRow), mannWhitney: each(mannWhitney, mannWhitneyRow) });
}

export function decisionTableGroups(tables: DecisionTables): Groups {
  const { keptnCriteria: keptn, bencherBoundaries: bencher } = tables;
  return present({
    kayentaScorer: each(tables.kayentaScorer?.vectors, scorerRow),
    argoMetricStatus: each(tables.argoMetricStatus?.vectors, argoRow),
    'keptnCriteria.parse': each(keptn?.parse, parseRow),
    'keptnCriteria.percentile': each(keptn?.percentileR6, percentileRow),
    'keptnCriteria.comparison': each(keptn?.comparison, comparisonRow),
    k6Thresholds: each(tables.k6Thresholds?.vectors, k6Row),
    bencherBoundaries: each(bencher?.vectors, (vector) => bencherRow(vector, bencher?.source ?? '')),
    taurusWindows: each(tables.taurusWindows?.vectors, taurusRow),
    azureLoadTesting: each(tables.azureLoadTesting?.vectors, azureRow),
  });
}

function each<Vector>(vectors: readonly Vector[] | undefined, run: (vector: Vector) => Row): readonly Row[] | undefined {
  return vectors?.map((vector): Row => {
    try {
      return run(vector);
    } catch (error) {
      // What cannot be read was not compared: never left out in silence.
      if (!(error instanceof RangeError)) throw error;
      const text = JSON.stringify(vector).slice(0, 100);
      return { vector: text, expected: 'unread', ours: 'unread', outcome: 'disagrees', reason: error.message, failOpen: null };
    }
  });
}

function present(groups: Readonly<Record<string, readonly Row[] | undefined>>): Groups {
  return Object.fromEntries(Object.entries(groups).flatMap(([name, rows]) => (rows === undefined ? [] : [[name, rows]])));
}
