import type { Cache, EndpointName, Operation } from './cache';
import type { CacheConfiguration } from './configuration';
import type { ConnectionTally } from './connection-tally';
import { type CredentialsSource, credentialsOfUrl } from './endpoint';
import { iamCredentials } from './iam-credentials';
import { runOnce } from './open-quit';
import { openPool } from './pool';
import { type CacheSettings, DEFAULT_TIMING, type Timing } from './settings';
import { openShared } from './shared';
import { createSlot, type Holding } from './slot';

/** What surrounds a cache. */
export interface CacheSurroundings {
  readonly tally: ConnectionTally;
  readonly onConnectionError?: (endpoint: EndpointName, error: Error) => void;
  readonly credentials?: CredentialsSource;
  readonly certificateAuthority?: string;
  readonly timing?: Timing;
}

/**
 * The cache of one execution environment by the configured strategy. Opens nothing until `warm` or `run`.
 *
 * @param surroundings `credentials`, asked at every handshake, by default as the configuration says
 */
export function createCache(configuration: CacheConfiguration, surroundings: CacheSurroundings): Cache {
  const { strategy, authentication } = configuration;
  const settings: CacheSettings = {
    endpoints: configuration.endpoints,
    timing: surroundings.timing ?? DEFAULT_TIMING,
    credentials: surroundings.credentials ?? (authentication.kind === 'iam' ? iamCredentials(authentication) : credentialsOfUrl),
    certificateAuthority: surroundings.certificateAuthority ?? null,
    tally: surroundings.tally,
    onConnectionError: surroundings.onConnectionError ?? (() => undefined),
  };
  if (strategy.name === 'open-quit') return openQuitCache(settings);
  return slotCache(
    settings,
    strategy.name === 'pool' ? (name) => openPool(settings, name, strategy.maximum) : (name) => openShared(settings, name),
  );
}

function slotCache(settings: CacheSettings, open: (name: EndpointName) => Holding): Cache {
  const slots = {
    primary: createSlot(settings, 'primary', () => open('primary')),
    reader: createSlot(settings, 'reader', () => open('reader')),
  };
  return {
    warm: () => {
      slots.primary.warm();
      slots.reader.warm();
    },
    run: (endpoint, operation, deadline) => slots[endpoint].run(operation, deadline),
    close: () => {
      slots.primary.close();
      slots.reader.close();
    },
  };
}

function openQuitCache(settings: CacheSettings): Cache {
  return {
    warm: () => undefined,
    run: <T>(endpoint: EndpointName, operation: Operation<T>, deadline: number) => runOnce(settings, endpoint, operation, deadline),
    close: () => undefined,
  };
}
