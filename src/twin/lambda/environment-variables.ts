import path from 'node:path';

export interface VariablesInput {
  readonly functionName: string;
  readonly version: string;
  readonly memorySizeMb: number;
  readonly region: string;
  readonly handler: string;
  readonly taskRoot: string;
  readonly runtimeDirectory: string;
  /** host:port of the environment's own Runtime API. */
  readonly runtimeApi: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly maxConcurrency: number;
  /** The function's own variables; they may not replace reserved ones. */
  readonly configured: Readonly<Record<string, string>>;
  /** The Node program: its folder is all that PATH needs besides the system's. */
  readonly node: string;
}

/**
 * The variables that a function's process sees, and no others: nothing of the parent leaks in but PATH.
 * Source: docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Defined runtime environment variables".
 */
export function environmentVariables(input: VariablesInput): Record<string, string> {
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...input.configured,
    PATH: [path.dirname(input.node), process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(path.delimiter),
    _HANDLER: input.handler,
    _X_AMZN_TRACE_ID: '',
    AWS_ACCESS_KEY_ID: 'twin',
    AWS_SECRET_ACCESS_KEY: 'twin',
    AWS_SESSION_TOKEN: 'twin',
    AWS_REGION: input.region,
    AWS_DEFAULT_REGION: input.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: input.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: input.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(input.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'Text',
    AWS_LAMBDA_LOG_GROUP_NAME: input.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStreamName,
    AWS_LAMBDA_RUNTIME_API: input.runtimeApi,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LAMBDA_TASK_ROOT: input.taskRoot,
    LAMBDA_RUNTIME_DIR: input.runtimeDirectory,
    // Set only for multi-concurrent environments, as on AWS: its absence means one request at a time.
    ...(input.maxConcurrency > 1 ? { AWS_LAMBDA_MAX_CONCURRENCY: String(input.maxConcurrency) } : {}),
  };
}
