import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type Call, callFor, warmCall } from '../../k6/scenarios/calls';
import { CYCLE, type Step } from '../../k6/scenarios/fixed-cycle';
import { createHandler, createLogger } from '../../src/api/create-handler';
import type { CheckIn, Profile, Store } from '../../src/api/store';

/** What the API remembers, without Redis: the thing tested is that client and service speak of the same bodies. */
function memoryStore(): Store {
  const profiles = new Map<string, Profile>();
  const checkIns: CheckIn[] = [];
  return {
    ping: async () => undefined,
    readProfile: async (userId) => profiles.get(userId) ?? null,
    writeProfile: async (profile) => void profiles.set(profile.userId, profile),
    checkIn: async (_event, userId, at) => {
      const known = checkIns.find((each) => each.userId === userId);
      if (known !== undefined) return { ...known, created: false };
      const made = { userId, checkedInAt: at.toISOString() };
      checkIns.push(made);
      return { ...made, created: true };
    },
    checkIns: async (_event, recent) => ({ count: checkIns.length, mostRecent: checkIns.toReversed().slice(0, recent) }),
    leaderboard: async (_event, limit) => checkIns.slice(0, limit),
  };
}

function eventOf({ method, path, headers, body }: Call): APIGatewayProxyEventV2 {
  const [rawPath = '', query = ''] = path.split('?');
  return {
    rawPath,
    headers,
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    body: body === null ? undefined : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { stage: '$default', http: { method, path: rawPath } },
  } as unknown as APIGatewayProxyEventV2;
}

const context = { functionVersion: '1', getRemainingTimeInMillis: () => 3000 } as unknown as Context;
const metrics = { publish: () => undefined, tally: undefined as never };

function api(): (call: Call) => Promise<{ readonly status: number; readonly body: unknown }> {
  const handler = createHandler({ store: memoryStore(), metrics, logger: createLogger() });
  return async (call) => {
    const { statusCode, body } = await handler(eventOf(call), context);
    return { status: statusCode, body: JSON.parse(body) };
  };
}

const callOf = (step: Step) => callFor({ step, of: 7 }, 'run');

it('accepts what the API answers on each step of the cycle', async () => {
  const answer = api();
  await answer(callOf('write-profile'));
  for (const step of CYCLE) {
    const call = callOf(step);
    const { status, body } = await answer(call);
    expect([step, status, call.expects(body)]).toEqual([step, call.status, true]);
  }
});

it('accepts the answer to a warm request', async () => {
  const call = warmCall('run-w3');
  const { status, body } = await api()(call);
  expect([status, call.expects(body)]).toEqual([call.status, true]);
});

it('does not accept what an API answers that has forgotten everything', async () => {
  for (const step of CYCLE.filter((each) => !['control', 'write-profile', 'check-in'].includes(each))) {
    const call = callOf(step);
    const { status, body } = await api()(call);
    const accepted = status === call.status && call.expects(body);
    expect([step, accepted]).toEqual([step, false]);
  }
});
