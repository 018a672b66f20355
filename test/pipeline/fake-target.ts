import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ReleasePackage, Shift, ShiftState, Target, TierDescription } from '../../src/targets/target';
import { IDENTITY, NOW } from '../gates/builders';

export const OLD = `sha256:${'a'.repeat(64)}`;
export const NEW = `sha256:${'b'.repeat(64)}`;

export const RELEASE: ReleasePackage = {
  digest: NEW,
  packageDigest: NEW,
  zipPath: '/nowhere.zip',
  assembly: null,
  entry: 'new.ts',
  commit: 'c1',
  environment: {},
};

/** A production that only remembers where its alias points, and every call that was made. */
export function fakeTarget(state: ShiftState['state'] = 'in-progress'): Target & { readonly calls: string[]; serving(): string } {
  const calls: string[] = [];
  let serving = OLD;
  const describe = (): TierDescription => ({
    tier: 'production',
    apiUrl: 'http://127.0.0.1:1',
    identity: IDENTITY,
    deployedAt: NOW,
    servingDigest: serving,
    assemblyDigest: null,
  });
  const deploy: Target['deploy'] = async (_tier, release) => {
    serving = release.packageDigest;
    return describe();
  };
  return {
    calls,
    serving: () => serving,
    name: 'twin',
    cloudWatch: new CloudWatchClient({ region: 'us-east-1' }),
    canaryTraffic: 'generated',
    freshDeployments: true,
    invokeAccess: async () => null,
    describe: async () => describe(),
    traffic: async () => ({ main: serving, whole: true }),
    deploy,
    restore: (tier, release) => deploy(tier, release),
    redeploy: async () => describe(),
    setReservedConcurrency: async (_tier, environments) => environments,
    async beginShift(tier, release, { weight }): Promise<Shift> {
      calls.push(`begin ${weight}`);
      return {
        id: 's',
        tier,
        from: { version: '1', digest: serving },
        to: { version: '2', digest: release.digest },
        weight,
        description: describe(),
      };
    },
    failover: null,
    observe: async () => ({ state, detail: state }),
    async stop(shift, outcome) {
      calls.push(outcome);
      serving = outcome === 'complete' ? shift.to.digest : shift.from.digest;
      return describe();
    },
    health: async () => ({ ok: true }),
    facts: async () => ({ environmentsStarted: null }),
    saveLogs: async () => undefined,
    close: async () => undefined,
  };
}
