import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tier } from '../../gates/vocabulary';
import type { AwsContext } from './context';
import { placeOf } from './place';

/** Logs on AWS stay where they are: the role that judges has no right to read them. Writes how a person sees them. */
export async function saveLogHints(context: AwsContext, tier: Tier, directory: string): Promise<void> {
  const { functionName, apiId, apiStage } = await placeOf(context, tier, { changing: true });
  const { region } = context.clients;
  const lines = [
    `Logs of ${tier}, account ${context.caller.account}, region ${region}`,
    '',
    'The function, one stream per execution environment:',
    `  aws logs tail "$(aws lambda get-function-configuration --function-name ${functionName} --region ${region} --query LoggingConfig.LogGroup --output text)" --since 2h --region ${region}`,
    '',
    'The access log of its API (the name of its log group is the last part of the ARN that this prints):',
    `  aws apigatewayv2 get-stage --api-id ${apiId} --stage-name '${apiStage}' --region ${region} --query AccessLogSettings.DestinationArn`,
    '',
  ];
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'where-the-logs-are.txt'), lines.join('\n'));
}
