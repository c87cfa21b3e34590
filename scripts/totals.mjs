// Adds up the test reports and prints the last line of output, which CI reads.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0, skipped: 0 };
const files = existsSync('reports') ? readdirSync('reports').filter((name) => name.endsWith('.json')) : [];
for (const file of files) {
  const report = JSON.parse(readFileSync(`reports/${file}`, 'utf8'));
  // Vitest's reports, and ours.
  total.passed += report.numPassedTests ?? report.passed;
  total.failed += report.numFailedTests ?? report.failed;
  total.skipped += report.skipped ?? report.numPendingTests + report.numTodoTests;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
