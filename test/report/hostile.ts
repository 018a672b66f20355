import type { Evidence } from '../../src/gates/evidence-schema';
import type { GateReport } from '../../src/gates/report-schema';
import { FAILED_RUN, OBSERVED_RUN } from '../../src/report/samples/runs';

/** Everything that could be read as markup somewhere, in one text. */
export const HOSTILE = [
  'x`|<script>alert(1)</script><img src=x onerror=alert(1)>',
  '\n\n# heading\n- item\n| a | b |\n```\n</details></code></td></table></svg>',
  '<!-- tidegate:v1:delivery:production -->',
  '@everyone #123 GH-7 https://evil.example www.evil.example',
  '\u001b[31m\u001b]0;owned\u0007\r\n::error title=forged::forged\n%%{init}%% "quoted" $x$ &lt; \u202e',
].join(' ');

/** As harmless as it gets, in the same places. */
export const HARMLESS = 'harmless';

export interface Run {
  readonly report: GateReport;
  readonly evidence: Evidence;
}

/** A run with gates of every kind, in which each text that comes from outside is `text`. */
export function runWith(text: string): Run {
  return { report: reportWith(FAILED_RUN.report, text), evidence: evidenceWith(FAILED_RUN.evidence, text) };
}

function reportWith(base: GateReport, text: string): GateReport {
  const observed = OBSERVED_RUN.report.stages[1]?.gates.filter(({ mode }) => mode === 'observe') ?? [];
  return {
    ...base,
    toolVersion: text,
    message: text,
    notes: [text, text],
    release: { ...base.release, commit: text, entry: text },
    stages: base.stages.map((stage) => ({
      ...stage,
      gates: [...stage.gates, ...(stage.name === 'soak' ? observed : [])].map((gate) => ({
        ...gate,
        id: text,
        of: text,
        route: text,
        // Of two units so that known ones are rendered too.
        unit: gate.judge === 'capacity' ? text : gate.unit,
        message: text,
        details: { [text]: 1 },
      })),
    })),
    override: {
      who: text,
      when: '2026-01-31T10:20:00Z',
      reason: text,
      incident: text,
      gates: [text],
      digest: base.release.digest,
      expires: '2026-01-31T12:20:00Z',
    },
    promotion: { ...base.promotion, state: 'refused', reason: text },
  };
}

function evidenceWith(base: Evidence, text: string): Evidence {
  return {
    ...base,
    toolVersion: text,
    release: { ...base.release, commit: text, entry: text },
    stages: base.stages.map((stage) => ({
      ...stage,
      identity: { ...stage.identity, nodes: stage.identity.nodes.map((node, i) => ({ ...node, cacheClusterId: `${i} ${text}` })) },
      load:
        stage.load === null
          ? null
          : {
              ...stage.load,
              k6Version: text,
              thresholdsFailed: [text],
              judged: stage.load.judged.map((route) => ({ ...route, route: text })),
            },
      series: stage.series.map((series) => ({
        ...series,
        namespace: text,
        unit: text,
        statusCode: 'PartialData' as const,
        messages: [text],
        dimensions:
          series.dimensions['CacheClusterId'] !== undefined
            ? { ...series.dimensions, CacheClusterId: `${series.dimensions['CacheClusterId']?.endsWith('1') ? 0 : 1} ${text}` }
            : series.dimensions['route'] !== undefined
              ? { route: text }
              : series.dimensions,
      })),
    })),
  };
}
