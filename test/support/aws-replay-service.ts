import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type PlainAnswer, unusable, writeAnswer } from './aws-replay-answer';
import { type Call, readCall } from './aws-replay-call';
import type { Faults } from './aws-replay-fault';
import { forward } from './aws-replay-forward';
import type { ScriptedError } from './aws-replay-refusal';
import type { ServiceModel, ServiceName } from './service-model';

/** An answer in the SDK's shape (dates as Date), a refusal, or what makes one of these from the request's input. */
export type Answer = PlainAnswer | ((input: Readonly<Record<string, unknown>>) => Answer);

/** One request, retries included, whatever became of it. */
export interface RecordedRequest {
  readonly service: ServiceName;
  readonly operation: string;
  /** In the SDK's shape. Of S3 only what path, query and headers say, as text. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Access key id that signed it; empty when unsigned. */
  readonly signedBy: string;
}

/** What one service of a replay answers from, and where it tells what it saw. */
export interface ReplayedService {
  readonly name: ServiceName;
  readonly model: ServiceModel;
  readonly faults: Faults;
  /** By operation. */
  readonly scripts: Map<string, Answer[]>;
  /** Where operations without a script go. */
  url: string | null;
  note(request: RecordedRequest): void;
  complain(operation: string, what: string): void;
}

type Outcome = 'reset' | { readonly forwardTo: string } | { readonly answer: PlainAnswer };

const THROTTLED: ScriptedError = { error: { name: 'Throttling', message: 'Rate exceeded' } };
const EXPIRED: ScriptedError = { error: { name: 'ExpiredToken', message: 'The security token included in the request is expired' } };

/** Answers one request. */
export async function serve(service: ReplayedService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const call = readCall(service.model, request, body);
  service.note({ service: service.name, operation: call.operation, input: call.input, signedBy: call.signedBy });
  for (const problem of call.problems) service.complain(call.operation, `request: ${problem}`);
  const outcome = await outcomeOf(service, call);
  if (outcome === 'reset') request.socket.resetAndDestroy();
  else if ('forwardTo' in outcome) await forward(outcome.forwardTo, request, body, response);
  else {
    const complain = (what: string): void => service.complain(call.operation, `answer: ${what}`);
    const { status, headers, body: text } = writeAnswer(service.model, call.operation, outcome.answer, complain);
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
    response.end(text);
  }
}

async function outcomeOf(service: ReplayedService, call: Call): Promise<Outcome> {
  for (const fault of service.faults.take(call)) {
    if (fault.kind === 'delay') await delay(fault.ms, undefined, { ref: false });
    else if (fault.kind === 'reset') return 'reset';
    else return { answer: fault.kind === 'throttle' ? THROTTLED : EXPIRED };
  }
  if (call.problems.length > 0) return { answer: { error: { name: 'ValidationError', message: call.problems.join('; ') } } };
  const answer = nextAnswer(service, call);
  if (answer !== null) return { answer };
  if (service.url !== null) return { forwardTo: service.url };
  service.complain(call.operation, 'was asked for, and nobody scripted it');
  return { answer: unusable('nobody scripted this') };
}

function nextAnswer({ scripts }: ReplayedService, { operation, input }: Call): PlainAnswer | null {
  const queue = scripts.get(operation) ?? [];
  let answer = queue.length > 1 ? queue.shift() : queue[0];
  while (typeof answer === 'function') answer = answer(input);
  return answer ?? null;
}
