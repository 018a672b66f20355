import { z } from 'zod';

/** One line of `act --json`; it has many more keys. */
const line = z.object({
  job: z.string().default(''),
  jobID: z.string().default(''),
  jobResult: z.enum(['success', 'failure']).optional(),
  command: z.string().optional(),
  content: z.string().optional(),
  raw_output: z.boolean().optional(),
  level: z.string().default('info'),
  msg: z.string().default(''),
});

export interface ActLog {
  /** Jobs that ran, by `job` or `calling job/job`. One that was skipped is not among them. */
  readonly jobs: Readonly<Record<string, 'success' | 'failure'>>;
  /** What the steps wrote for people to read, in order. */
  readonly summaries: readonly string[];
  /** `error`, `warning` and `notice` commands, and what act itself complained about. */
  readonly annotations: readonly { readonly level: string; readonly job: string; readonly text: string }[];
  /** What the steps printed, each line after its job. */
  readonly output: string;
}

const ANNOTATIONS = ['error', 'warning', 'notice'];

/** Reads what `act --json` printed. Lines that are no JSON are act's own words and count as output. */
export function readActLog(text: string): ActLog {
  const jobs: Record<string, 'success' | 'failure'> = {};
  const summaries: string[] = [];
  const annotations: { level: string; job: string; text: string }[] = [];
  const output: string[] = [];
  for (const each of text.split('\n').filter((one) => one.trim() !== '')) {
    const read = line.safeParse(jsonOf(each));
    if (!read.success) {
      output.push(each);
      continue;
    }
    const { jobResult, command, content, raw_output: raw, level, msg } = read.data;
    const job = nameOf(read.data);
    if (jobResult !== undefined) jobs[job] = jobs[job] === 'failure' ? 'failure' : jobResult;
    if (command === 'summary' && content !== undefined) summaries.push(content);
    if (command !== undefined && ANNOTATIONS.includes(command)) annotations.push({ level: command, job, text: msg.trim() });
    else if (level === 'error') annotations.push({ level: 'act', job, text: msg.trim() });
    if (raw === true || level === 'error') output.push(`${job} | ${msg.trimEnd()}`);
  }
  return { jobs, summaries, annotations, output: output.join('\n') };
}

/** act calls a job `workflow/job`, and one of a called workflow `calling job/workflow/job`. */
function nameOf({ job, jobID }: z.infer<typeof line>): string {
  const parts = job.split('/');
  return parts.length > 2 ? `${parts[0]?.trim()}/${jobID}` : jobID;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
