import type { Replay } from '../aws-replay';

/** What `doctor` asks of an account and moto does not know: enough of everything, and a deployment group that rolls back. */
export function whatDoctorAsks(replay: Replay, watchAlarm: string): void {
  replay.script('lambda', 'GetAccountSettings', [{ AccountLimit: { ConcurrentExecutions: 3_000 } }]);
  replay.script('service-quotas', 'GetServiceQuota', [{ Quota: { Value: 3_000 } }]);
  replay.script('codedeploy', 'GetDeploymentGroup', [
    {
      deploymentGroupInfo: {
        autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'] },
        alarmConfiguration: { enabled: true, alarms: [{ name: watchAlarm }] },
      },
    },
  ]);
}
