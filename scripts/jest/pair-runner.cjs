const { default: TestRunner } = require('jest-runner');

/** A runner of its own only so that its tests begin when those of the other runners have ended, or the other way round. */
module.exports = class PairRunner extends TestRunner {};
