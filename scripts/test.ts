/**
 * Runs all tests that this machine can run: `npm test [-- VITEST OPTIONS AND FILTERS]`. Lists the slowest files,
 * skipped tests with their reasons, and tests that passed only on a retry; the last line has the totals for all suites.
 * With NO_SKIPS=1, a skipped test is a failure; with MAX_FLAKY=N, so are more than N flaky tests.
 */
import { env } from 'node:process'
import { parseCLI, startVitest } from 'vitest/node'
import { Summary } from './test/summary.ts'

const summary = new Summary()
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const vitest = await startVitest('test', filter, { ...options, reporters: ['default', summary] })
await vitest.close()

const nothingToRun = summary.passed === 0 && options.changed === undefined
const tooFlaky = summary.flaky.length > Number(env['MAX_FLAKY'] ?? Number.POSITIVE_INFINITY)
if (nothingToRun || tooFlaky || (summary.skipped > 0 && env['NO_SKIPS'] === '1')) process.exitCode = 1
for (const line of summary.details()) console.log(line)
if (tooFlaky) console.log(`More than ${env['MAX_FLAKY']} tests passed only when they were retried`)
console.log(`\n${summary.sums()}`)
