import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarationOf, type Expectation } from './declaration';

const RELEASES = 'test/releases';

export interface Release {
  /** `bad/incident` */
  readonly name: string;
  /** Its handler, relative to the repository. */
  readonly entry: string;
  readonly expectation: Expectation;
}

/** Every release of the yard, the bad ones first. @param root of the repository */
export function releasesOf(root: string): readonly Release[] {
  return ['bad', 'good'].flatMap((yard) =>
    readdirSync(join(root, RELEASES, yard))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const entry = `${RELEASES}/${yard}/${file}`;
        const expectation = declarationOf(readFileSync(join(root, entry), 'utf8'), entry);
        return { name: `${yard}/${file.replace(/\.ts$/, '')}`, entry, expectation };
      }),
  );
}
