import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Answer } from '../aws-replay';
import { expectedAuthorization, type Keys, timeOf } from '../signature';

/** Sessions that may invoke one API each: those that STS gave, and those of production's own clients. */
export interface InvokeSessions {
  /** @param resource ARN of what may be invoked */
  issue(resource: string): Keys;
  /** Whether a request is signed by a session that may invoke `resource`, as IAM decides it. */
  admits(resource: string, request: IncomingMessage, body: string): Promise<boolean>;
  /** STS AssumeRole: a session of an hour that may do what its own policy says. */
  readonly assumeRole: Answer;
}

const HOUR_MS = 3_600_000;
/** Signatures are good for five minutes. */
const SKEW_MS = 300_000;

export function invokeSessions(region: string): InvokeSessions {
  const sessions = new Map<string, { readonly keys: Keys; readonly resource: string }>();
  const issue = (resource: string): Keys => {
    const letters = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase();
    const keys = { accessKeyId: `ASIA${letters(8)}`, secretAccessKey: letters(20), sessionToken: letters(40) };
    sessions.set(keys.accessKeyId, { keys, resource });
    return keys;
  };
  return {
    issue,
    async admits(resource, { method = '', url = '', headers }, body) {
      const { authorization = '', host = '', 'x-amz-date': date, 'x-amz-security-token': token } = headers;
      const session = sessions.get(/Credential=(\w+)\//.exec(authorization)?.[1] ?? '');
      if (session === undefined || session.resource !== resource || typeof date !== 'string') return false;
      const at = timeOf(date);
      if (token !== session.keys.sessionToken || Math.abs(at.getTime() - Date.now()) > SKEW_MS) return false;
      return authorization === (await expectedAuthorization({ method, target: url, host, body }, session.keys, region, at));
    },
    assumeRole: ({ RoleArn: role, RoleSessionName: name, Policy: policy }) => {
      const keys = issue(invokedIn(String(policy)));
      return {
        Credentials: {
          AccessKeyId: keys.accessKeyId,
          SecretAccessKey: keys.secretAccessKey,
          SessionToken: keys.sessionToken,
          Expiration: new Date(Date.now() + HOUR_MS),
        },
        AssumedRoleUser: { AssumedRoleId: `AROATIDEGATE:${name}`, Arn: `${role}/${name}` },
      };
    },
  };
}

/** What a session's policy lets it invoke; nothing at all when it lets it do anything else. */
function invokedIn(policy: string): string {
  const { Statement: statements } = JSON.parse(policy) as { readonly Statement: readonly Record<string, unknown>[] };
  const [only, ...others] = statements;
  const invokes = others.length === 0 && only?.['Effect'] === 'Allow' && only['Action'] === 'execute-api:Invoke';
  return invokes ? String(only['Resource']) : '';
}
