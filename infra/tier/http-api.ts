import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as CdkHttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApiAccess } from '../settings';
import type { Throttle } from './load-bounds';

export interface HttpApiProps {
  readonly name: string;
  readonly alias: Alias;
  readonly access: ApiAccess;
  readonly throttle: Throttle;
  readonly log: ILogGroup;
}

/** One line for each request. */
const LOG_FIELDS = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  method: '$context.httpMethod',
  path: '$context.path',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
  responseLength: '$context.responseLength',
  sourceIp: '$context.identity.sourceIp',
};

/** What an authorizer is called in templates and outputs. */
export const AUTHORIZATION = { iam: 'AWS_IAM', jwt: 'JWT', open: 'NONE' } as const satisfies Record<ApiAccess['type'], string>;

/** The public side of a tier: every path goes to the function's alias, for those who may. */
export class HttpApi extends Construct {
  readonly apiId: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly stageName: string;

  constructor(scope: Construct, id: string, { name, alias, access, throttle, log }: HttpApiProps) {
    super(scope, id);
    const api = new CdkHttpApi(this, 'Api', { apiName: name, createDefaultStage: false });
    api.addRoutes({
      path: '/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Function', alias as IFunction),
      authorizer: authorizerOf(access),
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(LOG_FIELDS)),
      },
    });
    this.apiId = api.apiId;
    this.url = api.apiEndpoint;
    this.stageName = stage.stageName;
  }
}

function authorizerOf(access: ApiAccess): IHttpRouteAuthorizer {
  if (access.type === 'iam') return new HttpIamAuthorizer();
  if (access.type === 'open') return new HttpNoneAuthorizer();
  return new HttpJwtAuthorizer('Jwt', access.issuer, { jwtAudience: access.audience });
}
