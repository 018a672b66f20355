'use strict';
/*
 * The runtime of an execution environment: what AWS's runtime interface client does, over the same Runtime API
 * (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Plain JavaScript, because nothing of the twin's own
 * tool chain may run inside an environment: its descriptors, memory and start time belong to the release.
 */
const { AsyncLocalStorage } = require('node:async_hooks');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { format } = require('node:util');

require('./lookup-errors.cjs');

const API = '/2018-06-01/runtime';
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const loops = Number(process.env.AWS_LAMBDA_MAX_CONCURRENCY ?? 1);
// One socket per loop, kept open: an environment without a free descriptor must still be able to report it.
const agent = new http.Agent({ keepAlive: true, maxSockets: loops });
const invocations = new AsyncLocalStorage();

function request(method, route, headers, body) {
  return new Promise((resolve, reject) => {
    const options = { host, port, agent, method, path: API + route, headers };
    const call = http.request(options, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(chunks) }));
      reply.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

function post(route, body, headers) {
  const bytes = Buffer.from(body);
  return request('POST', route, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length }, bytes);
}

function runtimeError(type, message) {
  const error = new Error(message);
  error.name = type;
  return error;
}

function describe(reason) {
  if (reason instanceof Error) {
    return { errorType: reason.name, errorMessage: reason.message, trace: (reason.stack ?? '').split('\n') };
  }
  return { errorType: typeof reason, errorMessage: String(reason), trace: [] };
}

/** The form in which Lambda's text log shows an error: one line, with the error's own properties. */
function logged(reason) {
  const { errorType, errorMessage, trace } = describe(reason);
  const own = reason instanceof Error ? { ...reason } : {};
  return JSON.stringify({ errorType, errorMessage, ...own, stack: trace });
}

function patchConsole() {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', trace: 'TRACE', warn: 'WARN', error: 'ERROR' };
  for (const [name, level] of Object.entries(levels)) {
    const stream = level === 'ERROR' || level === 'WARN' ? process.stderr : process.stdout;
    console[name] = (...values) => {
      const id = invocations.getStore()?.awsRequestId ?? 'undefined';
      // A line feed would end the log event, so Lambda writes a carriage return.
      const text = format(...values).replaceAll('\n', '\r');
      stream.write(`${new Date().toISOString()}\t${id}\t${level}\t${text}\n`);
    };
  }
}

function moduleFile(root, name) {
  const base = path.resolve(root, name);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((candidate) => fs.existsSync(candidate));
  if (file === undefined) throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  return file;
}

async function loadModule(file) {
  if (file.endsWith('.mjs')) return import(pathToFileURL(file).href);
  try {
    return require(file);
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM' && error.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return import(pathToFileURL(file).href);
  }
}

async function loadHandler() {
  const { LAMBDA_TASK_ROOT: root, _HANDLER: handlerName } = process.env;
  const folder = path.dirname(handlerName);
  const [name, ...keys] = path.basename(handlerName).split('.');
  if (!name || keys.length === 0) throw runtimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const file = moduleFile(root, path.join(folder, name));
  let loaded;
  try {
    loaded = await loadModule(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('Runtime.UserCodeSyntaxError', error.stack ?? error.message);
    if (error?.code === 'MODULE_NOT_FOUND') throw runtimeError('Runtime.ImportModuleError', `Error: ${error.message}`);
    throw error;
  }
  const find = (from) => keys.reduce((value, key) => value?.[key], from);
  const handler = find(loaded) ?? find(loaded.default);
  if (typeof handler !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw runtimeError('Runtime.CallbackHandlerDeprecated', 'Callback-based function handlers are not supported');
  }
  return handler;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function reportError(context, reason) {
  const body = describe(reason);
  const headers = { 'lambda-runtime-function-error-type': body.errorType };
  return post(`/invocation/${context.awsRequestId}/error`, JSON.stringify(body), headers);
}

async function invoke(handler, context, event) {
  let result;
  try {
    const value = await handler(JSON.parse(event), context);
    result = JSON.stringify(value === undefined ? null : value);
    if (result === undefined) throw runtimeError('Runtime.MarshalError', 'The function returned no JSON value');
  } catch (error) {
    console.error('Invoke Error', `\t${logged(error)}`);
    await reportError(context, error);
    return;
  }
  const reply = await post(`/invocation/${context.awsRequestId}/response`, result);
  if (reply.status === 413) console.error(`Response of ${Buffer.byteLength(result)} bytes refused: too large`);
}

async function loop(handler) {
  for (;;) {
    const next = await request('GET', '/invocation/next', {});
    const context = contextOf(next.headers);
    process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
    await invocations.run(context, () => invoke(handler, context, next.body.toString('utf8')));
  }
}

/*
 * Uncaught exceptions and unhandled rejections are left to Node, as aws-lambda-ric 4 leaves them: the stack on stderr, exit
 * status 1, and for the caller `Runtime.ExitError`.
 */
async function main() {
  patchConsole();
  let handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    console.error('Init Error', `\t${logged(error)}`);
    await post('/init/error', JSON.stringify(describe(error)));
    process.exit(1);
  }
  try {
    await Promise.all(Array.from({ length: loops }, () => loop(handler)));
  } catch {
    // Without its Runtime API an environment has nothing left to do: the twin has gone.
    process.exit(1);
  }
}

void main();
