const { writeFileSync } = require('node:fs');

/** Writes the counts of a run to a file, for a caller that wants numbers and not text. */
module.exports = class CountReporter {
  constructor(_, { path }) {
    this.path = path;
  }

  onRunComplete(_, results) {
    const {
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests,
      numTodoTests,
      numRuntimeErrorTestSuites: suitesNotRun,
    } = results;
    writeFileSync(this.path, JSON.stringify({ passed, failed: failed + suitesNotRun, skipped: numPendingTests + numTodoTests }));
  }
};
