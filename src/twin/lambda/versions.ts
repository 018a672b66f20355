import type { LambdaPackage } from '../ports';
import type { VersionSettings } from './environment-factory';
import type { PackageStore } from './package-store';

export interface PublishedVersion extends VersionSettings {
  /** `sha256:` digest of the zip that it was published from. */
  readonly digest: string;
}

/** Published versions of a function: immutable and numbered from 1. */
export interface Versions {
  /** @throws when the package cannot be unpacked or is not what its digest says. */
  publish(pkg: LambdaPackage): Promise<PublishedVersion>;
  /** @throws RangeError for a version that was never published. */
  get(version: string): PublishedVersion;
}

export function createVersions(store: PackageStore): Versions {
  const published = new Map<string, PublishedVersion>();
  let last = 0;
  return {
    async publish(pkg) {
      const taskRoot = await store.unpack(pkg);
      last += 1;
      const version = String(last);
      const { digest, handler, environment } = pkg;
      const record = { version, digest, handler, environment, taskRoot };
      published.set(version, record);
      return record;
    },
    get(version) {
      const record = published.get(version);
      if (record === undefined) throw new RangeError(`Version ${version} was never published`);
      return record;
    },
  };
}
