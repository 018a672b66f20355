import type { Command } from 'commander';
import { addBacktest } from './commands/backtest';
import { addBuild } from './commands/build';
import { addCalibrate } from './commands/calibrate';
import { addDeploy } from './commands/deploy';
import { addDoctor } from './commands/doctor-command';
import { addEvaluate } from './commands/evaluate';
import { addGate } from './commands/gate';
import { addInit } from './commands/init';
import { addLoad } from './commands/load';
import { addOverride } from './commands/override';
import { addPipeline } from './commands/pipeline';
import { addPolicyDiff } from './commands/policy-diff';
import { addPromote } from './commands/promote';
import { addPublish } from './commands/publish';
import { addRecord } from './commands/record';
import { addReport } from './commands/report';
import { addRollback } from './commands/rollback';
import { addTwin } from './commands/twin';
import type { CommandContext, Done } from './context';

/** All commands, in the order in which a person meets them. */
export function addCommands(program: Command, context: CommandContext, done: Done): void {
  for (const add of [
    addPipeline,
    addGate,
    addLoad,
    addEvaluate,
    addBacktest,
    addCalibrate,
    addBuild,
    addDeploy,
    addRecord,
    addPromote,
    addOverride,
    addRollback,
    addTwin,
    addInit,
    addReport,
    addPublish,
    addPolicyDiff,
    addDoctor,
  ])
    add(program, context, done);
}
