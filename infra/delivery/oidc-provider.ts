import { CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import { CfnOIDCProvider } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { AUDIENCE, ISSUER } from './trust';

/** Name of the parameter that takes the ARN of a provider which the account already has: there can be one only. */
export const PROVIDER_PARAMETER = 'GitHubOidcProvider';

/** GitHub as an identity provider, without thumbprints: AWS trusts this issuer by its own list of authorities. */
export class GithubOidcProvider extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const given = new CfnParameter(this, 'Given', {
      default: '',
      allowedPattern: `^(arn:aws[a-z-]*:iam::\\d{12}:oidc-provider/${ISSUER.replaceAll('.', '\\.')})?$`,
      description: "ARN of the account's identity provider for GitHub Actions; empty to make it",
    });
    given.overrideLogicalId(PROVIDER_PARAMETER);
    const absent = new CfnCondition(this, 'Absent', { expression: Fn.conditionEquals(given.valueAsString, '') });
    const made = new CfnOIDCProvider(this, 'Provider', { url: `https://${ISSUER}`, clientIdList: [AUDIENCE] });
    made.cfnOptions.condition = absent;
    this.arn = Fn.conditionIf(absent.logicalId, made.attrArn, given.valueAsString).toString();
  }
}
