/** One command of the rehearsal, and how it has to end. */
export interface Step {
  readonly name: string;
  readonly args: readonly string[];
  readonly expected: number;
  /** As a job of GitHub Actions, where alone a promotion on AWS can be approved. */
  readonly inActions?: boolean;
}

const FIRST = 'test/releases/good/pool-plain.ts';
const RELEASES = { good: 'src/api/handler.ts', leak: 'test/releases/bad/incident.ts' } as const;
const ON_AWS = ['--target', 'aws'] as const;

export type Rehearsed = keyof typeof RELEASES;

/** In the order of a first day: the account, both tiers, the gates, production, and the way back. */
export function stepsOf(release: Rehearsed, builds: { readonly first: string; readonly next: string }, out: string): readonly Step[] {
  const { first, next } = builds;
  const passes = release === 'good';
  const gate = (stage: string) => ['gate', ...ON_AWS, '--assembly', next, '--stage', stage, '--out', out];
  return [
    { name: 'build-first', args: ['build', '--release', FIRST, '--out', first], expected: 0 },
    { name: 'build', args: ['build', '--release', RELEASES[release], '--out', next], expected: 0 },
    {
      name: 'install',
      args: ['deploy', '--tier', 'production', '--assembly', first, '--reason', 'the first release'],
      expected: 0,
    },
    { name: 'deploy', args: ['deploy', '--tier', 'staging', '--assembly', next], expected: 0 },
    { name: 'doctor', args: ['doctor', ...ON_AWS], expected: 0 },
    { name: 'smoke', args: gate('smoke'), expected: 0 },
    { name: 'soak', args: gate('soak'), expected: passes ? 0 : 1 },
    { name: 'all', args: gate('all'), expected: passes ? 0 : 1 },
    { name: 'record', args: ['record', '--evidence', `${out}/evidence.json`, '--assembly', next], expected: 0 },
    { name: 'promote', args: ['promote', ...ON_AWS, '--digest', '{next}', '--out', out], expected: passes ? 0 : 1, inActions: true },
    ...(passes
      ? [
          { name: 'rollback', args: ['rollback', ...ON_AWS, '--reason', 'a rehearsal'], expected: 0 },
          { name: 'redeploy', args: ['rollback', ...ON_AWS, '--redeploy', '--reason', 'a rehearsal'], expected: 0 },
          { name: 'clear', args: ['rollback', ...ON_AWS, '--clear-hold', '--reason', 'rehearsed'], expected: 0 },
        ]
      : []),
  ];
}

/** What a rehearsal does when nobody says `--only`: each stage once. */
export const USUAL = [
  'build-first',
  'build',
  'install',
  'deploy',
  'doctor',
  'all',
  'record',
  'promote',
  'rollback',
  'redeploy',
  'clear',
] as const;
