/** Where the actions of the workflow come from. */
export interface Origin {
  /** `owner/name` of Tidegate's repository. */
  readonly repository: string;
  /** The commit of the release that wrote the workflow. */
  readonly commit: string;
  readonly version: string;
}

/** In place of what a package that was not made by a release does not know. */
export const UNKNOWN_ORIGIN = { repository: 'OWNER/tidegate', commit: 'COMMIT' } as const;

/** Checks a pull request on the twin: no credentials, nothing of AWS, safe for forks. */
export function firstWorkflow({ repository, commit, version }: Origin): string {
  const action = (name: string) => `${repository}/.github/actions/${name}@${commit} # v${version}`;
  return `# PROCESS: twin (builds the pull request's own code, runs it on a twin of AWS on the runner, judges it by .github/gates.yaml)
#          -> tidegate (red when the release failed, skipped when there is no verdict).
# USAGE:   make \`tidegate\` a required check. The report is in the summary of the run.
# NOTES:   needs no secret and no rights but to read the code, so that it runs for forks too.
name: tidegate

on:
  pull_request:

permissions: {}

concurrency:
  group: tidegate-\${{ github.event.pull_request.number }}
  cancel-in-progress: true

jobs:
  twin:
    name: twin
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read # the code
    outputs:
      verdict: \${{ steps.gate.outputs.verdict }}
      exit-code: \${{ steps.gate.outputs.exit-code }}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: ${action('set-up')}
      - uses: ${action('gate')}
        id: gate
        with:
          fail: "false"
      - uses: ${action('publish-report')}
        if: always()
        with:
          workflow: pull-request
          tier: twin
          comment: "false"

  tidegate:
    name: tidegate
    needs: twin
    if: always() && needs.twin.outputs.verdict != 'inconclusive'
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    steps:
      - name: Red unless passed
        env:
          VERDICT: \${{ needs.twin.outputs.verdict }}
          CODE: \${{ needs.twin.outputs.exit-code }}
        run: |
          if [[ $VERDICT == passed && $CODE == 0 ]]; then exit 0; fi
          echo "::error title=Tidegate::verdict \${VERDICT:-none}, exit code \${CODE:-none}"
          exit 1
`;
}
