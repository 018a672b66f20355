import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryLedger } from '../ledger/directory-ledger';
import type { Ledger } from '../ledger/ledger';
import { directoryObjects, type ObjectStore } from '../ledger/objects';
import { ConfigurationError } from './errors';
import { takeLock } from './lock';

/** Where a run works: a private directory that ends with it, and the state that outlives it. */
export interface Workspace {
  /** Removed by `close`. */
  readonly directory: string;
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  close(): Promise<void>;
}

/** What a state directory keeps, to be read beside a run that holds it. */
export function keptState(stateDirectory: string): Pick<Workspace, 'ledger' | 'objects'> {
  return { ledger: directoryLedger(join(stateDirectory, 'ledger')), objects: directoryObjects(join(stateDirectory, 'objects')) };
}

/**
 * Opens the project's state directory for one run at a time: two would spoil each other's load and race for production.
 * @throws ConfigurationError when it cannot be used, or another run is under way
 */
export async function openWorkspace(stateDirectory: string): Promise<Workspace> {
  await mkdir(stateDirectory, { recursive: true }).catch((cause: unknown) => {
    throw new ConfigurationError(`${stateDirectory}: cannot be used as state directory; give another with --state DIR`, { cause });
  });
  const release = await takeLock(join(stateDirectory, 'run.lock'));
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-'));
  return {
    directory,
    ...keptState(stateDirectory),
    async close() {
      await rm(directory, { recursive: true, force: true });
      await release();
    },
  };
}
