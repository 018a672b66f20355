import {
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import type { AwsClients } from '../../aws/clients';
import { AwsError, attempt } from '../../aws/failure';

/** What an alias points to. */
export interface ServingVersion {
  readonly version: string;
  /** `sha256:<hex>` of its package: CodeSha256, decoded. */
  readonly digest: string;
  /** A second version with a share of the requests (0 to 1): a shift in progress. Null when one version serves all. */
  readonly routing: { readonly version: string; readonly weight: number } | null;
  /** When the version was made. */
  readonly modifiedAt: Date;
}

/** @throws AwsError `not-found` when there is no such function or alias */
export async function servingVersion(clients: AwsClients, functionName: string, alias: string): Promise<ServingVersion> {
  const { FunctionVersion: version, RoutingConfig: routing } = await attempt(
    `read the alias ${alias} of the function ${functionName}`,
    () => clients.lambda.send(new GetAliasCommand({ FunctionName: functionName, Name: alias })),
  );
  if (version === undefined) throw new AwsError('rejected', `The alias ${alias} of ${functionName} points to no version.`);
  const made = await versionOf(clients, functionName, version);
  const [second] = Object.entries(routing?.AdditionalVersionWeights ?? {});
  return { version, ...made, routing: second === undefined ? null : { version: second[0], weight: second[1] } };
}

/** @returns digest of a version's package and when the version was made. */
export async function versionOf(
  clients: AwsClients,
  functionName: string,
  version: string,
): Promise<{ readonly digest: string; readonly modifiedAt: Date }> {
  const found = await attempt(`read version ${version} of the function ${functionName}`, () =>
    clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: version })),
  );
  return { digest: digestOf(found, functionName), modifiedAt: new Date(found.LastModified ?? Number.NaN) };
}

/** @returns the newest published version with a package; null when none has it */
export async function versionOfPackage(clients: AwsClients, functionName: string, digest: string): Promise<string | null> {
  const versions = await attempt(`list the versions of the function ${functionName}`, async () => {
    const found: number[] = [];
    for await (const page of paginateListVersionsByFunction({ client: clients.lambda }, { FunctionName: functionName })) {
      for (const version of page.Versions ?? []) {
        if (version.Version !== '$LATEST' && digestOf(version, functionName) === digest) found.push(Number(version.Version));
      }
    }
    return found;
  });
  return versions.length === 0 ? null : String(Math.max(...versions));
}

/** CodeSha256 is base64; everything of ours says `sha256:<hex>`. */
function digestOf({ CodeSha256: code, Version: version }: FunctionConfiguration, functionName: string): string {
  if (code === undefined) throw new AwsError('rejected', `AWS tells no CodeSha256 of version ${version ?? '?'} of ${functionName}.`);
  return `sha256:${Buffer.from(code, 'base64').toString('hex')}`;
}
