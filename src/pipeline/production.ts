import { readFile } from 'node:fs/promises';
import type { TargetName } from '../gates/vocabulary';
import { productionOf } from '../ledger/history';
import { ObjectMissingError } from '../ledger/objects';
import type { ReleasePackage, Target, TierDescription } from '../targets/target';
import { ConfigurationError } from './errors';
import type { ProgressListener } from './events';
import type { Workspace } from './workspace';

export interface ProductionRequest {
  readonly target: Target;
  readonly workspace: Workspace;
  readonly environment: Readonly<Record<string, string>>;
  /** Builds the release that serves an empty production, so that a canary has something to be compared with. */
  readonly first: () => Promise<ReleasePackage>;
  readonly listener: ProgressListener;
}

/** Keeps a package under its digest, so that production can start with it and be rolled back to it. */
export async function keepPackage(workspace: Workspace, release: Pick<ReleasePackage, 'zipPath'>): Promise<void> {
  await workspace.objects.put(await readFile(release.zipPath));
}

/** A package that was kept, checked against its digest again. @throws ObjectMissingError when it is absent or altered. */
export async function keptPackage(
  workspace: Workspace,
  digest: string,
  commit: string,
  environment: Readonly<Record<string, string>>,
): Promise<ReleasePackage> {
  const zipPath = await workspace.objects.path(digest);
  return { digest, packageDigest: digest, zipPath, assembly: null, entry: 'kept package', commit, environment };
}

/** Brings the twin's production up with what the ledger says it serves; an empty one gets the first release. */
export async function startProduction(request: ProductionRequest): Promise<TierDescription> {
  const { target, workspace, listener } = request;
  const serving = productionOf(await workspace.ledger.read());
  if (serving !== null) {
    const kept = await keptPackage(workspace, serving.digest, serving.commit, request.environment).catch((cause: unknown) => {
      if (!(cause instanceof ObjectMissingError)) throw cause;
      throw new ConfigurationError(
        `production's own package is gone: ${cause.message}. Restore it, or remove .tidegate/ to start the twin's history anew (its holds and revocations go with it).`,
        {
          cause,
        },
      );
    });
    listener({ kind: 'step', text: `production serves ${short(serving.digest)}` });
    return target.deploy('production', kept);
  }
  const first = await request.first();
  await keepPackage(workspace, first);
  const description = await target.deploy('production', first);
  await workspace.ledger.append(newEntry(target.name, first, { kind: 'installation', reason: 'production was empty' }));
  listener({ kind: 'step', text: `production was empty: installed ${first.entry} as the serving release ${short(first.digest)}` });
  return description;
}

type Event = Parameters<Workspace['ledger']['append']>[0]['event'];

/** A ledger entry about a release, as of now. */
export function newEntry(target: TargetName, release: Pick<ReleasePackage, 'digest' | 'commit'>, event: Event) {
  return { at: new Date().toISOString(), target, digest: release.digest, commit: release.commit, event };
}

/** The first 12 digits of a digest, as people write it. */
export function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
