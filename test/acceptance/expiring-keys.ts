import type { CredentialSource } from '../../src/aws/credentials';
import type { Replay } from '../support/aws-replay';

/** Credentials that end in the middle of a run. */
export interface ExpiringKeys {
  readonly source: CredentialSource;
  /** Which keys requests were signed with, in the order of their first use. */
  used(): readonly ('before' | 'after')[];
}

/** The SDK asks anew so long before credentials end. */
const RENEWED_BEFORE_MS = 5 * 60_000;
/** What was under way with the old keys has been answered by then. */
const GRACE_MS = 2_000;
let made = 0;
const SERVICES = ['cloudformation', 'cloudwatch', 'codedeploy', 'lambda', 'sts'] as const;

/** From then on AWS refuses the first keys; whoever does not ask for new ones gets no further. */
export function expiringKeys(replay: Replay, afterMs: number): ExpiringKeys {
  made += 1;
  const ids = { before: `AKIABEFORE${made}`, after: `AKIAAFTER${made}` };
  const renewedAt = Date.now() + afterMs;
  setTimeout(() => {
    for (const service of SERVICES) replay.fault(service, { kind: 'expired', accessKeyId: ids.before });
  }, afterMs + GRACE_MS).unref();
  return {
    source: async () => {
      const isBefore = Date.now() < renewedAt;
      const expiration = new Date((isBefore ? renewedAt : Date.now() + 3_600_000) + RENEWED_BEFORE_MS);
      return { accessKeyId: isBefore ? ids.before : ids.after, secretAccessKey: 'test', expiration };
    },
    used: () => {
      const signers = new Set(replay.requests.map(({ signedBy }) => signedBy));
      return (['before', 'after'] as const).filter((name) => signers.has(ids[name]));
    },
  };
}
