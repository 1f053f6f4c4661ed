// Prints the closing line that CI reads: `N passed, N failed, N skipped`.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  counts = JSON.parse(readFileSync(join(__dirname, '..', '..', 'coverage', 'tally.json'), 'utf8'));
} catch {
  // The tests never ran to their end: the checks before them failed, or jest was killed.
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;
