// Writes the counts that test/support/tally.js prints last, so that a line `N passed, N failed` ends the run.
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = class Reporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const directory = join(__dirname, '..', '..', 'coverage');
    mkdirSync(directory, { recursive: true });
    const counts = {
      passed: numPassedTests,
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests,
    };
    writeFileSync(join(directory, 'tally.json'), JSON.stringify(counts));
  }
};
