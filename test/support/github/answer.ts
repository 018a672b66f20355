import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, type Call, NOT_FOUND, refuse } from './call';
import type { Desk } from './desk';
import { type Fault, faultMessage } from './faults';
import { fill } from './fill';
import { refusedAccess, refusedCaller } from './permissions';
import { encodedTail, type Known, parsedBody, type RawRequest, recognise } from './recognise';

/** Answers in other forms than the plain JSON that the description is about. */
const OTHER_MEDIA = /\.(raw|html|text|full|diff|patch|sha|object)\b/;
const RATE_LIMIT = 1_000;
/** 2030-01-01, in seconds. */
const RATE_RESETS = 1_893_456_000;

/** Answers one request, and notes it. */
export async function answerRequest(desk: Desk, raw: RawRequest): Promise<Answer | 'reset'> {
  const target = encodedTail(raw.target);
  const body = parsedBody(raw.text);
  const known = recognise(desk, raw, target, body.value);
  const answer = known === null ? unknownOperation(desk, raw) : await answerKnown(desk, raw, known, body.isJson);
  const status = answer === 'reset' ? null : answer.status;
  desk.requests.push({ method: raw.method, path: raw.target, operationId: known?.operationId ?? null, status, body: body.value });
  if (known !== null) change(desk, known.operationId);
  return answer;
}

function unknownOperation({ problems }: Desk, { method, target }: RawRequest): Answer {
  problems.push(`${method} ${target}: the description has no such operation`);
  return NOT_FOUND;
}

async function answerKnown(desk: Desk, raw: RawRequest, known: Known, isJson: boolean): Promise<Answer | 'reset'> {
  const fault = desk.faults.take(known.operationId);
  if (fault?.delayMs !== undefined) await wait(fault.delayMs);
  if (fault === null || fault.status === 'none') return withRateLimit(desk, rightAnswer(desk, raw, known, isJson));
  if (fault.applied === true) rightAnswer(desk, raw, known, isJson);
  return fault.status === 'reset' ? 'reset' : withRateLimit(desk, faultAnswer(fault, fault.status));
}

function faultAnswer(fault: Fault, status: number): Answer {
  return { ...refuse(status, faultMessage(fault)), headers: fault.headers ?? {} };
}

function rightAnswer(desk: Desk, { headers }: RawRequest, known: Known, isJson: boolean): Answer {
  const { call, operation, request, rule } = known;
  if (desk.state.token.remaining <= 0) return refuse(403, 'API rate limit exceeded for installation ID 1.');
  if (!isJson) return complain(call, 400, ['the body is no JSON']);
  if (OTHER_MEDIA.test(headers.accept ?? '')) return complain(call, 400, [`the server has no ${headers.accept}`]);
  const misfits = desk.description.requestProblems(request, operation);
  if (misfits.length > 0) return complain(call, 400, misfits);
  const answer = refusedCaller(call, headers.authorization) ?? refusedAccess(call, rule) ?? rule.answer(call);
  return checked(desk, known, answer);
}

/** The tests' own server: a request that does not fit is an error of the code that sent it, whatever GitHub would say. */
function complain(call: Call, status: number, misfits: readonly string[]): Answer {
  for (const misfit of misfits) call.complain(misfit);
  return refuse(status, `The request does not fit GitHub's description: ${misfits.join('; ')}`);
}

/** Fills in what GitHub always sends, and holds the answer against the description. */
function checked({ description }: Desk, { operation, call }: Known, answer: Answer): Answer {
  const schema = description.answerSchema(operation, answer.status);
  if (schema === null || answer.body === undefined) return answer;
  const body = fill(answer.body, schema);
  for (const misfit of description.answerProblems(body, operation, answer.status)) {
    call.complain(`the server's own answer ${answer.status} does not fit: ${misfit}`);
  }
  return { ...answer, body };
}

function withRateLimit({ state }: Desk, answer: Answer): Answer {
  state.token.remaining = Math.max(state.token.remaining - 1, 0);
  const { remaining } = state.token;
  const headers = {
    'x-ratelimit-limit': String(RATE_LIMIT),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(RATE_LIMIT - remaining),
    'x-ratelimit-reset': String(RATE_RESETS),
    'x-ratelimit-resource': 'core',
  };
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function change({ changes, state }: Desk, operationId: string): void {
  const index = changes.findIndex((each) => each.operationId === operationId);
  if (index >= 0) changes.splice(index, 1)[0]?.change(state);
}
