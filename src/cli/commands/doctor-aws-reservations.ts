import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Tier } from '../../gates/vocabulary';
import { ConfigurationError } from '../../pipeline/errors';

export const AWS_SETTINGS = 'infra/aws-settings.json';

/** Whether a tier's function reserves its concurrency. */
export type Reservations = Readonly<Record<Tier, boolean>>;

/** Two of the settings; `infra/settings.ts` looks at them all when the assembly is made. */
const tier = z.object({ reserveConcurrency: z.boolean() });
const schema = z.object({ staging: tier, production: tier });

/** @throws ConfigurationError when the settings are not there, or do not say it */
export async function readReservations(root: string): Promise<Reservations> {
  try {
    const { staging, production } = schema.parse(JSON.parse(await readFile(resolve(root, AWS_SETTINGS), 'utf8')));
    return { staging: staging.reserveConcurrency, production: production.reserveConcurrency };
  } catch (cause) {
    throw new ConfigurationError(`${AWS_SETTINGS}: does not say what is reserved; \`npm run synth\` says what is wrong with it`, { cause });
  }
}
