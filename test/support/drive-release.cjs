/**
 * Runs a bundled release in a process of its own: an event comes by message, its answer goes back by message.
 * argv: path of the bundle.
 */
const { handler } = require(process.argv[2]);

process.on('message', ({ id, event, remainingMs }) => {
  const end = performance.now() + remainingMs;
  const context = { functionVersion: '1', getRemainingTimeInMillis: () => end - performance.now() };
  handler(event, context).then(
    (answer) => process.send({ id, answer }),
    (error) => process.send({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send({ id: 'ready' });
