import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { GithubStateInput } from '../../test/support/github/state';

/** What the local GitHub server writes when it ends. */
const outSchema = z.object({
  requests: z.array(z.object({ method: z.string(), path: z.string(), status: z.number().nullable(), body: z.unknown().optional() })),
  problems: z.array(z.string()),
  comments: z.record(z.string(), z.array(z.object({ body: z.string(), author: z.string().nullable() }))),
});
export type GithubOutcome = z.infer<typeof outSchema>;

export interface GithubProcess {
  readonly url: string;
  /** Ends it and tells what was asked of it. */
  end(): Promise<GithubOutcome>;
}

/** Starts the local GitHub server as a process of its own: the steps of a workflow reach it by its address. */
export async function startGithubProcess(root: string, directory: string, state: GithubStateInput): Promise<GithubProcess> {
  const [stateFile, outFile] = [join(directory, 'github-state.json'), join(directory, 'github-out.json')];
  await writeFile(stateFile, JSON.stringify(state));
  const program = ['-r', join(root, 'node_modules', 'ts-node', 'register'), join(root, 'test', 'support', 'github', 'main.ts')];
  const child = spawn(process.execPath, [...program, '--state', stateFile, '--out', outFile], {
    env: { ...process.env, TS_NODE_PROJECT: join(root, 'tsconfig.json'), DISABLE_V8_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise<void>((done) => {
    child.once('close', () => done());
    child.once('error', () => done());
  });
  const url = await new Promise<string>((found, fail) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (address !== undefined) found(address);
    });
    void ended.then(() => fail(new Error(`the local GitHub server did not start: ${text}`)));
  });
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      await ended;
      return outSchema.parse(JSON.parse(await readFile(outFile, 'utf8')));
    },
  };
}
