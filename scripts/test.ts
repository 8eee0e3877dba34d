/**
 * Runs all tests that this machine can run: `npm test [-- VITEST OPTIONS AND FILTERS]`. What was skipped is listed with
 * its reason; the last line is the sum over all suites. NO_SKIPS=1 makes a skip a failure.
 */
import { parseCLI, type Reporter, startVitest, type TestCase, type TestModule } from 'vitest/node'

interface Sum {
  passed: number
  failed: number
  skipped: number
}

const sum: Sum = { passed: 0, failed: 0, skipped: 0 }
const skips = new Map<string, string[]>()

function count(test: TestCase): void {
  const result = test.result()
  if (result.state === 'passed') sum.passed++
  else if (result.state === 'failed') sum.failed++
  else {
    sum.skipped++
    const reason = ('note' in result && result.note) || 'no reason given'
    skips.set(reason, [...(skips.get(reason) ?? []), `${test.module.relativeModuleId}: ${test.fullName}`])
  }
}

const summing: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    for (const module of modules) {
      for (const test of module.children.allTests()) count(test)
    }
  },
}

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const vitest = await startVitest('test', filter, { ...options, reporters: ['default', summing] })
await vitest.close()

for (const [reason, tests] of skips)
  console.log(`\nSkipped, because ${reason}\n${tests.map((test) => `  ${test}`).join('\n')}`)
if (sum.skipped > 0 && process.env['NO_SKIPS'] === '1') process.exitCode = 1
if (sum.passed === 0) process.exitCode = 1
console.log(`\ntests: ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
