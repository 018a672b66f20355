/** An API whose latency is known: one answer in ten is slow. It runs as a worker, so that nothing else delays it. */
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';

const FAST_MS = 40;
const SLOW_MS = 100;
const SLOW_EVERY = 10;

let requests = 0;
const server = createServer((request, response) => {
  request.resume();
  requests += 1;
  const answer = () => response.setHeader('content-type', 'application/json').end('{"status":"ok"}');
  setTimeout(answer, requests % SLOW_EVERY === 0 ? SLOW_MS : FAST_MS);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
parentPort.on('message', () => {
  parentPort.postMessage({ requests });
  requests = 0;
});
