import { randomUUID } from 'node:crypto';
import { writeJson } from './aws-replay-json';
import { writeQuery } from './aws-replay-query';
import { protocolOf, refusalOf, type ScriptedError, writeRefusal } from './aws-replay-refusal';
import type { ServiceModel } from './service-model';
import { misfits } from './service-model-check';

/** An answer in the SDK's shape (dates as Date), or a refusal. */
export type PlainAnswer = ScriptedError | Readonly<Record<string, unknown>>;

/** What goes over the wire. */
export interface Written {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Neither a verdict of AWS nor something that the SDK tries again: the test itself is wrong. */
const WRONG_TEST = 501;

/** Writes an answer as the service would; `complain` hears what in it the service's model does not allow. */
export function writeAnswer(model: ServiceModel, operation: string, answer: PlainAnswer, complain: (what: string) => void): Written {
  if (isRefusal(answer)) return written(model, operation, answer, complain);
  const wrong = misfitsOf(model, operation, answer);
  for (const problem of wrong) complain(problem);
  if (wrong.length > 0) return written(model, operation, unusable('the scripted answer does not fit'), complain);
  const requestId = randomUUID();
  if (protocolOf(model) === 'query') {
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: writeQuery(model, operation, answer, requestId) };
  }
  const { output: { shape: output } = {}, http } = model.operations[operation] ?? {};
  const type = model.metadata.jsonVersion === undefined ? 'json' : `x-amz-json-${model.metadata.jsonVersion}`;
  return {
    status: http?.responseCode ?? 200,
    headers: { 'content-type': `application/${type}`, 'x-amzn-requestid': requestId },
    body: output === undefined ? '' : JSON.stringify(writeJson(model, output, answer)),
  };
}

/** A refusal that no service gives and that the SDK does not try again. */
export function unusable(message: string): ScriptedError {
  return { error: { name: 'InternalFailure', message, status: WRONG_TEST } };
}

function misfitsOf(model: ServiceModel, operation: string, answer: PlainAnswer): readonly string[] {
  if (protocolOf(model) === 'rest-xml') return ['of S3 cannot be scripted, only refusals'];
  const output = model.operations[operation]?.output?.shape;
  if (output !== undefined) return misfits(model, output, answer, 'answer');
  return Object.keys(answer).map((name) => `${name} is not a member (the operation has no output)`);
}

function written(model: ServiceModel, operation: string, error: ScriptedError, complain: (what: string) => void): Written {
  const declared = refusalOf(model, operation, error);
  if (declared === null) complain(`${error.error.name} is not an error of this operation`);
  const refusal = declared ?? refusalOf(model, operation, unusable(`${error.error.name} cannot be`));
  if (refusal === null) throw new Error('InternalFailure is an error of every operation');
  return { status: refusal.status, ...writeRefusal(model, refusal, randomUUID()) };
}

function isRefusal(answer: PlainAnswer): answer is ScriptedError {
  return 'error' in answer;
}
