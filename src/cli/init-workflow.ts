/** Where the actions of the workflow come from. */
export interface Origin {
  /** `owner/name` of Tidegate's repository. */
  readonly repository: string;
  /** The commit of the release that wrote the workflow. */
  readonly commit: string;
  readonly version: string;
}

/**
 * Checks a pull request on the twin: no credentials, nothing of AWS, safe for forks.
 * @param origin null when it is not known: then the installed npm package is run, and there is nothing to fill in
 */
export function firstWorkflow(origin: Origin | null): string {
  return `# PROCESS: twin (builds the pull request's own code, runs it on a twin of AWS on the runner, judges it by .github/gates.yaml)
#          -> tidegate (red unless the release passed).
# USAGE:   make \`tidegate\` a required check. The report is in the summary of the run.
# NOTES:   needs no secret and no rights but to read the code, so that it runs for forks too.
#          No verdict is red: GitHub takes a required job that was skipped for one that passed. Run it again.
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
${origin === null ? PACKAGE_STEPS : actionSteps(origin)}
  tidegate:
    name: tidegate
    needs: twin
    if: always()
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

function actionSteps({ repository, commit, version }: Origin): string {
  const action = (name: string) => `${repository}/.github/actions/${name}@${commit} # v${version}`;
  return `      - uses: ${action('set-up')}
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
`;
}

/** What those actions do, by the command of the package. */
const PACKAGE_STEPS = `      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 24.21.0
          package-manager-cache: false
      - uses: grafana/setup-k6-action@db07bd9765aac508ef18982e52ab937fe633a065 # v1.2.1
        with:
          k6-version: 2.2.0
      - name: Packages of the project
        run: npm ci --ignore-scripts --no-audit --no-fund
      - name: Gate
        id: gate
        run: |
          code=0
          npx --no-install tidegate gate --target twin --out tidegate-report || code=$?
          echo "exit-code=$code" >>"$GITHUB_OUTPUT"
      - name: Report
        if: always()
        run: npx --no-install tidegate publish --from tidegate-report --workflow pull-request --tier twin --no-comment
`;
