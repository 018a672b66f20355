import type { GateReport } from '../../gates/report-schema';
import type { DeliveryNotes } from '../delivery';
import { code, markdown } from '../escape';
import { anchor } from '../links';

/** What whoever may say yes does now, in words that can be followed; null when nobody is asked. Complete Markdown. */
export function approvalStep({ promotion, release }: GateReport, { approval, links = [], hotfix }: DeliveryNotes): string | null {
  if (promotion.state !== 'awaiting-approval' || approval === undefined) return null;
  const run = links[0];
  if (approval.mode === 'environment') {
    const where = run === undefined ? 'the run' : anchor(run);
    return `Open ${where}, choose _Review deployments_, then ${code(approval.environment, 80)}: approve or reject with a comment. One person is enough, and must have written none of these commits.`;
  }
  const who = approval.approvers.map((login) => markdown(login, 60)).join(', ');
  const may = who === '' ? 'nobody yet: `promotion.approvers` is empty' : `${who}, if they wrote none of these commits`;
  // In a block GitHub offers to copy it. A digest is nothing but letters and digits: its schema says so.
  const lane = hotfix === undefined ? '' : `, its input ${code('hotfix')} ${code(hotfix.branch, 200)}`;
  return `Run the workflow ${code('approve')} on the default branch with a reason${lane} and this digest. Who may: ${may}.\n\n\`\`\`text\n${release.digest}\n\`\`\``;
}
