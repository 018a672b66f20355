import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { deathTie } from '../../src/twin/death-tie';

/** A running moto (an implementation of AWS in memory that shares nothing with the SDK under test). */
export interface Moto {
  readonly url: string;
  readonly pid: number;
  /** What makes the SDK's clients talk to it; credentials and region included. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes an IAM role and returns its ARN: moto's Lambda refuses a role that does not exist. */
  createRole(name: string): Promise<string>;
  /** Forgets every resource. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const PROGRAM = resolve(__dirname, '..', '..', '.tools', 'python', 'bin', 'moto_server');
/** The names that the SDK gives these services in its variables. */
const SERVICES = ['STS', 'SSM', 'LAMBDA', 'ELASTICACHE', 'S3', 'SERVICE_QUOTAS', 'IAM'] as const;
/** Importing it takes a second alone, several on two busy cores. */
const START_WITHIN_MS = 25_000;
const END_WITHIN_MS = 2_000;

/** It tells services apart by the scope of the signature, which it does not verify. */
const SIGNED_FOR_IAM = 'AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0';

/** Region and credentials of tests; moto's account for these is 123456789012. */
export const TEST_ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIATEST',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/**
 * Starts a moto server on a free port of 127.0.0.1. Starting costs over a second: share one per test file, and `reset` it.
 *
 * @throws when its program is not installed (`npm test` installs it) or does not serve within 25 s
 */
export async function startMoto(): Promise<Moto> {
  if (!existsSync(PROGRAM)) throw new Error('moto is not installed: `npm test` installs it, once');
  const [program = PROGRAM, ...args] = [...deathTie(), PROGRAM, '-H', '127.0.0.1', '-p', '0'];
  const child = spawn(program, args, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await served(child).catch(async (cause: unknown) => {
    await end(child);
    throw cause;
  });
  return {
    url,
    pid: child.pid ?? 0,
    environment: { ...TEST_ENVIRONMENT, ...Object.fromEntries(SERVICES.map((name) => [`AWS_ENDPOINT_URL_${name}`, url])) },
    createRole: async (name) => {
      const form = { Action: 'CreateRole', Version: '2010-05-08', RoleName: name, AssumeRolePolicyDocument: '{}' };
      await post(url, { body: new URLSearchParams(form), headers: { authorization: SIGNED_FOR_IAM } });
      return `arn:aws:iam::123456789012:role/${name}`;
    },
    reset: () => post(`${url}/moto-api/reset`, {}),
    close: () => end(child),
  };
}

async function post(url: string, options: { readonly body?: URLSearchParams; readonly headers?: Record<string, string> }): Promise<void> {
  const response = await fetch(url, { method: 'POST', ...options });
  if (!response.ok) throw new Error(`moto said HTTP ${response.status}: ${await response.text()}`);
}

/** The address that it prints once it listens. What it prints later (each request) is read and dropped. */
function served(child: ChildProcess & { readonly stderr: NodeJS.ReadableStream }): Promise<string> {
  return new Promise((serves, fail) => {
    let said = '';
    const give = (why: string): void => {
      clearTimeout(timer);
      fail(new Error(`moto did not start: ${why}. It said: ${said.slice(-500)}`));
    };
    const timer = setTimeout(() => give(`no address within ${START_WITHIN_MS / 1000} s`), START_WITHIN_MS);
    child.once('error', (error) => give(error.message));
    child.once('exit', (code, signal) => give(`exit ${code ?? signal}`));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (url === undefined) said = `${said}${line}\n`.slice(-2_000);
      else {
        clearTimeout(timer);
        serves(url);
      }
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
