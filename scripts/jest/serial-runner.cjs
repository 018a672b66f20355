const { default: TestRunner } = require('jest-runner');

/** Runs its test files one after the other, while no other test runs: they start real servers and measure them. */
module.exports = class SerialRunner extends TestRunner {
  isSerial = true;
};
