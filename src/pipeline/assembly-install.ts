import { AwsError } from '../aws/failure';
import { productionOf, revocationOf } from '../ledger/history';
import type { Assembly, ReleasePackage, Target, TierDescription } from '../targets/target';
import { keepAssembly } from './assembly-archive';
import { newEntry } from './production';
import type { Workspace } from './workspace';

export type AssemblyRelease = ReleasePackage & { readonly assembly: Assembly };

export type Installation =
  | { readonly ok: true; readonly description: TierDescription }
  | { readonly ok: false; readonly code: 'production-not-empty' | 'digest-revoked'; readonly message: string };

/**
 * Puts a release into a production that is empty, so that a canary has something to be compared with. Whatever serves
 * already moves by a promotion and its canary only.
 * @throws AwsError when AWS refuses; LedgerUnreadableError when the ledger cannot be read or written
 */
export async function installProduction(
  { target, workspace }: { readonly target: Target; readonly workspace: Pick<Workspace, 'ledger' | 'objects'> },
  release: AssemblyRelease,
  reason: string,
): Promise<Installation> {
  const entries = await workspace.ledger.read();
  const known = productionOf(entries);
  if (known !== null) return notEmpty(`the ledger says that it serves ${known.digest}`);
  const revoked = revocationOf(entries, release.digest);
  if (revoked) return { ok: false, code: 'digest-revoked', message: `this digest was revoked at ${revoked.at}: ${revoked.reason}` };
  const serving = await servingProduction(target);
  // An installation that broke off before it was recorded is recorded now; anything else there was never ours to move.
  const unrecorded = serving?.assemblyDigest === release.digest && serving.servingDigest === release.packageDigest;
  if (serving !== null && !unrecorded) return notEmpty(`it serves the package ${serving.servingDigest}, which the ledger does not know`);
  await keepAssembly(workspace, release);
  const description = serving ?? (await target.deploy('production', release));
  const { version } = description.identity;
  await workspace.ledger.append(newEntry(target.name, release, { kind: 'installation', reason, version }));
  return { ok: true, description };
}

async function servingProduction(target: Target): Promise<TierDescription | null> {
  try {
    return await target.describe('production');
  } catch (error) {
    if (error instanceof AwsError && error.problem === 'not-found') return null;
    throw error;
  }
}

function notEmpty(why: string): Installation {
  return {
    ok: false,
    code: 'production-not-empty',
    message: `production moves only by promotion (tidegate promote), and ${why}. \`deploy\` installs it once, when it is empty.`,
  };
}
