/** Adds up what the test runners wrote into a folder, and prints 'N passed, N failed': node tools/count-tests.mjs FOLDER */

import { readFileSync } from 'node:fs';

const read = (name) => JSON.parse(readFileSync(`${process.argv[2]}/${name}.json`, 'utf8'));
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = read('vitest');
const portability = read('portability');

const passed = numPassedTests + portability.passed;
const failed = numFailedTests + portability.failed;
const skipped = numPendingTests + numTodoTests + portability.skipped;
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = passed > 0 && failed + skipped === 0 ? 0 : 1;
