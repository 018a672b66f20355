import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { CacheUnavailable } from '../cache/errors';
import { RUNTIME_METRICS } from '../contract';
import type { Answer } from './answer';
import { cacheUnavailable, internalError, problem } from './problem';
import { type ApiRequest, requestOf } from './request';
import { createRouter, type Match } from './router';
import { ROUTES } from './routes';
import type { RuntimeMetrics } from './runtime-metrics';
import type { Store } from './store';

export type ApiHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

export interface HandlerParts {
  readonly store: Store;
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
}

/** Kept back of the invocation's time to write the answer, metrics and logs, milliseconds. */
const MARGIN_MS = 250;
/** Nobody waits longer for the cache, however long the function may run, milliseconds. */
const PATIENCE_MS = 2750;

const route = createRouter(ROUTES);

/** @returns a Lambda handler for HTTP API payload 2.0; it never rejects */
export function createHandler(parts: HandlerParts): ApiHandler {
  return async (event, context) => {
    const deadline = performance.now() + Math.min(context.getRemainingTimeInMillis() - MARGIN_MS, PATIENCE_MS);
    const answer = await answerTo(requestOf(event), parts, deadline);
    parts.metrics.publish(context, answer.statusCode);
    return answer;
  };
}

export function createLogger(): Logger {
  return new Logger({ serviceName: RUNTIME_METRICS.service });
}

async function answerTo(request: ApiRequest, parts: HandlerParts, deadline: number): Promise<Answer> {
  const match = route(request.method, request.path);
  if (match.kind !== 'found') return refusal(match);
  try {
    return await match.route.handle({ request, parameters: match.parameters, store: parts.store, deadline });
  } catch (error) {
    const at = { route: `${match.route.method} ${match.route.path}` };
    if (error instanceof CacheUnavailable) {
      parts.logger.warn(error.message, { ...at, endpoint: error.endpoint, reason: error.reason });
      return cacheUnavailable();
    }
    parts.logger.error('the route failed', { ...at, error: error instanceof Error ? error : new Error(String(error)) });
    return internalError();
  }
}

function refusal(match: Exclude<Match, { readonly kind: 'found' }>): Answer {
  if (match.kind === 'not-found') return problem(404, 'There is nothing at this address.');
  return problem(405, `Allowed here: ${match.allow.join(', ')}.`, { headers: { allow: match.allow.join(', ') } });
}
