import { startTestFunction } from './support';

/** Starts one frozen and one busy environment and prints their numbers; its test kills it. */
async function main(): Promise<void> {
  const fn = await startTestFunction({ settings: { timeoutMs: 60_000 } });
  await fn.deploy(`exports.handler = async ({ sleep = 0 }) => {
    await new Promise((resolve) => setTimeout(resolve, sleep));
  }`);
  const quick = fn.call({ sleep: 300 });
  void fn.invoke({ sleep: 60_000 });
  await quick;
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.stdout.write(`${JSON.stringify(fn.lambda.environments().map(({ pid }) => pid))}\n`);
}

void main();
