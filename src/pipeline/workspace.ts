import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryLedger } from '../ledger/directory-ledger';
import type { Ledger } from '../ledger/ledger';
import { directoryObjects, type ObjectStore } from '../ledger/objects';

/** Where a run works: a private directory that ends with it, and the state that outlives it. */
export interface Workspace {
  /** Removed by `close`. */
  readonly directory: string;
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  close(): Promise<void>;
}

/** `stateDirectory` is the project's `.tidegate/`. */
export async function openWorkspace(stateDirectory: string): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-'));
  await mkdir(stateDirectory, { recursive: true });
  return {
    directory,
    ledger: directoryLedger(join(stateDirectory, 'ledger')),
    objects: directoryObjects(join(stateDirectory, 'objects')),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
