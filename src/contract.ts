/** Names that several parts must agree on. Constants only: no logic, no imports. */

/** Custom metrics that the API publishes as EMF, read back from CloudWatch. */
export const RUNTIME_METRICS = {
  namespace: 'CheckIn',
  service: 'check-in-api',
  openFileDescriptors: 'OpenFileDescriptors',
  redisConnects: 'RedisConnects',
  redisReconnects: 'RedisReconnects',
  redisConnectTime: 'RedisConnectTime',
  responses: 'Responses',
  /** Name and version on every metric: tiers of one account must not share one. */
  dimensions: { functionName: 'FunctionName', functionVersion: 'FunctionVersion', statusClass: 'StatusClass' },
} as const;

/**
 * A metric that a filter reads from the function's own REPORT lines. Such a line does not name its function, and a filter knows no
 * dimension that does not stand in the line: the metric's name ends in a hyphen and the function's name instead.
 */
export const REPORT_METRICS = { namespace: 'Tidegate', maxMemoryUsed: 'MaxMemoryUsed' } as const;

/** Environment variables that configure the API's cache client. */
export const CACHE_ENV = {
  primaryUrl: 'CACHE_PRIMARY_URL',
  readerUrl: 'CACHE_READER_URL',
  strategy: 'CACHE_STRATEGY',
  poolMaximum: 'CACHE_POOL_MAXIMUM',
  /** `iam`: the users of the addresses prove themselves by tokens. Not set: by the passwords of the addresses, if any. */
  authentication: 'CACHE_AUTH',
  /** Id of the replication group that tokens are made for. */
  name: 'CACHE_NAME',
} as const;

/** Environment variables that the pipeline gives to a k6 process. */
export const LOAD_ENV = {
  baseUrl: 'BASE_URL',
  /** A planned load (src/gates/load-plan.ts) as JSON. */
  plan: 'TIDEGATE_LOAD',
  /** Epoch milliseconds at which the first iteration is due: a period boundary. */
  startAt: 'TIDEGATE_START_AT',
  /** File that handleSummary writes k6's own totals to. */
  summaryPath: 'TIDEGATE_SUMMARY',
  /** Region that requests are signed for, with the credentials of k6's secret source; not set: nothing is signed. */
  signingRegion: 'TIDEGATE_SIGNING_REGION',
  /** How many generators share the plan; absent for one. */
  generators: 'TIDEGATE_GENERATORS',
} as const;

/** Custom k6 metrics that our scripts emit. */
export const K6_METRICS = {
  /** Trend, ms: how late an iteration began against the plan. */
  arrivalLag: 'tidegate_arrival_lag',
} as const;

/** The module and export that a Lambda package is invoked by. */
export const LAMBDA_HANDLER = 'index.handler';

/** Names of the stacks of an assembly: two tiers, and what delivers to them. */
export const STACKS = { staging: 'CheckInStaging', production: 'CheckInProduction', delivery: 'CheckInDelivery' } as const;

/** Outputs of a tier's stack. The AWS target refuses a stack that is complete and lacks one. */
export const TIER_OUTPUTS = {
  /** Without a slash at its end. */
  apiUrl: 'ApiUrl',
  apiId: 'ApiId',
  apiStage: 'ApiStage',
  /** `AWS_IAM`, `JWT` or `NONE`: whether a load generator must sign its requests. */
  apiAuthorization: 'ApiAuthorization',
  functionName: 'FunctionName',
  alias: 'FunctionAlias',
  replicationGroupId: 'ReplicationGroupId',
  /** The parameter of the same name: the digest of the assembly that the stack was deployed from. */
  assemblyDigest: 'AssemblyDigest',
} as const;

/** Outputs that only production has: there CodeDeploy moves the alias. */
export const SHIFT_OUTPUTS = {
  deploymentApplication: 'DeploymentApplication',
  deploymentGroup: 'DeploymentGroup',
  /** Name of the alarm that takes a canary back when nobody watches it. */
  watchAlarm: 'CanaryWatchAlarm',
} as const;

/** Outputs of the delivery stack. */
export const DELIVERY_OUTPUTS = { ledgerBucket: 'LedgerBucket' } as const;

/** What every key of the ledger in its bucket begins with; the roles' rights end there. */
export const LEDGER_PREFIX = 'ledger/';

/** Parameter of a tier's stack: `sha256:...` of the assembly that it is deployed from. */
export const ASSEMBLY_DIGEST_PARAMETER = 'AssemblyDigest';

/**
 * Parameter of production's stack: who moves the alias in an update. CodeDeploy, behind a canary; CloudFormation only when an
 * assembly is redeployed whose package serves already.
 */
export const ALIAS_MOVER = { parameter: 'AliasMovedBy', codeDeploy: 'CodeDeploy', cloudFormation: 'CloudFormation' } as const;

/** The metric that whoever watches a canary publishes: its absence raises the alarm of `watchAlarm`. */
export const CANARY_WATCH = { namespace: 'Tidegate', metricName: 'CanaryWatched', dimension: 'FunctionName' } as const;

/** Deployment environments of the repository. All but the first are subjects of a role on AWS (infra/delivery/purposes.ts). */
export const DEPLOYMENT_ENVIRONMENTS = {
  /** Where people approve; it has no rights, and no job that changes anything runs in it. */
  approval: 'production-approval',
  staging: 'staging',
  qualify: 'staging-qualify',
  production: 'production',
  rollback: 'production-rollback',
  ledger: 'ledger',
} as const;

/** The job whose start a person approves, in the workflows that promote. The guard looks for it in the run. */
export const APPROVE_JOB = 'approve';

/** Environment variables by which a workflow tells a command what repository variables say. */
export const DELIVERY_ENV = {
  /** `<until as ISO instant> <reason>`: no promotion before. Empty: none. */
  freeze: 'TIDEGATE_FREEZE',
  /** Commit or digest of the only candidate that may be promoted. Empty: any. */
  pinned: 'TIDEGATE_PINNED',
  /** State directory, where `--state` names none. */
  state: 'TIDEGATE_STATE',
} as const;

/** Names of the files in a report directory. */
export const REPORT_FILES = {
  report: 'gate-report.json',
  evidence: 'evidence.json',
  /** The evidence of the release that was promoted last, where the run was compared with one. */
  baseline: 'baseline.json',
  html: 'report.html',
  comment: 'comment.md',
  summary: 'summary.md',
  logs: 'logs',
  accessLog: 'gateway-access.jsonl',
} as const;

/** Process exit codes of the command line (README, "Exit codes"). */
export const EXIT = {
  ok: 0,
  failed: 1,
  inconclusive: 2,
  usage: 64,
  internal: 70,
  interrupted: 130,
} as const;
