import type { Gate } from '../policy/gate';
import { judgeBaseline } from './baseline';
import { judgeCapacity } from './capacity';
import { judgeIdleReturn } from './idle-return';
import type { JudgeContext, Judgement } from './judgement';
import { judgeLeak } from './leak';
import { judgeLimit } from './limit';
import { judgeRecovery } from './recovery';

/** Asks the judge that the gate names. */
export function judgeGate(gate: Gate, context: JudgeContext): Judgement {
  switch (gate.judge) {
    case 'limit':
      return judgeLimit(gate, context);
    case 'leak':
      return judgeLeak(gate, context);
    case 'idle-return':
      return judgeIdleReturn(gate, context);
    case 'recovery':
      return judgeRecovery(gate, context);
    case 'capacity':
      return judgeCapacity(gate, context);
    case 'baseline':
      return judgeBaseline(gate, context);
  }
}
