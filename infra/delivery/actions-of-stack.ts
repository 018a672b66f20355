/** What CloudFormation does to resources that bear the tier's name. */
export const CHANGES_OF_NAMED: readonly string[] = [
  ...of('cloudwatch', ['DeleteAlarms', 'DescribeAlarms', 'ListTagsForResource', 'PutMetricAlarm', 'TagResource', 'UntagResource']),
  ...of('cloudwatch', ['DeleteDashboards', 'GetDashboard', 'PutDashboard']),
  ...of('codedeploy', ['CreateApplication', 'CreateDeployment', 'CreateDeploymentConfig', 'CreateDeploymentGroup', 'DeleteApplication']),
  ...of('codedeploy', ['DeleteDeploymentConfig', 'DeleteDeploymentGroup', 'Get*', 'List*', 'RegisterApplicationRevision']),
  ...of('codedeploy', ['TagResource', 'UntagResource', 'UpdateDeploymentGroup']),
  ...of('elasticache', [
    'AddTagsToResource',
    'CreateCacheParameterGroup',
    'CreateCacheSubnetGroup',
    'CreateReplicationGroup',
    'CreateSnapshot',
  ]),
  ...of('elasticache', ['CreateUser', 'CreateUserGroup', 'DeleteCacheParameterGroup', 'DeleteCacheSubnetGroup', 'DeleteReplicationGroup']),
  ...of('elasticache', ['DeleteUser', 'DeleteUserGroup', 'ModifyCacheParameterGroup', 'ModifyCacheSubnetGroup', 'ModifyReplicationGroup']),
  ...of('elasticache', ['ModifyUser', 'ModifyUserGroup', 'RemoveTagsFromResource']),
  ...of('lambda', ['AddPermission', 'CreateAlias', 'CreateFunction', 'DeleteAlias', 'DeleteFunction', 'DeleteFunctionConcurrency']),
  ...of('lambda', ['PublishVersion', 'PutFunctionConcurrency', 'RemovePermission', 'TagResource', 'UntagResource', 'UpdateAlias']),
  ...of('lambda', ['UpdateFunctionCode', 'UpdateFunctionConfiguration']),
  ...of('logs', ['CreateLogGroup', 'DeleteLogGroup', 'DeleteRetentionPolicy', 'ListTagsForResource', 'PutRetentionPolicy']),
  ...of('logs', ['DeleteMetricFilter', 'PutMetricFilter', 'TagResource', 'UntagResource']),
  ...of('sns', ['CreateTopic', 'DeleteTopic', 'Get*', 'List*', 'SetTopicAttributes', 'Subscribe', 'TagResource', 'UntagResource']),
  ...of('ssm', ['AddTagsToResource', 'DeleteParameter', 'GetParameters', 'PutParameter', 'RemoveTagsFromResource']),
];

function of(service: string, actions: readonly string[]): readonly string[] {
  return actions.map((action) => `${service}:${action}`);
}
