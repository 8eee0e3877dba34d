import type { Reporter, TestCase, TestModule } from 'vitest/node'

const LONGEST_SHOWN = 10

/**
 * Collects the data for the end of a run: totals, skipped tests with their reasons, flaky tests and the slowest files.
 */
export class Summary implements Reporter {
  passed = 0
  failed = 0
  skipped = 0
  /** Tests that passed only on a retry, with their files. */
  readonly flaky: string[] = []
  private readonly skips = new Map<string, string[]>()
  private readonly seconds = new Map<string, number>()

  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      this.seconds.set(module.relativeModuleId, module.diagnostic().duration / 1000)
      for (const test of module.children.allTests()) this.count(test)
    }
  }

  /** Everything except the totals, as lines to print. */
  details(): string[] {
    const longest = [...this.seconds].sort(([, a], [, b]) => b - a).slice(0, LONGEST_SHOWN)
    return [
      '\nThe longest files, in seconds',
      ...longest.map(([file, seconds]) => `  ${seconds.toFixed(1).padStart(6)}  ${file}`),
      ...[...this.skips].flatMap(([reason, tests]) => [`\nSkipped, because ${reason}`, ...tests.map(indented)]),
      `\nflaky: ${this.flaky.length}`,
      ...this.flaky.map(indented),
    ]
  }

  /** The totals, as printed in the last line of a run. */
  sums(): string {
    return `tests: ${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`
  }

  private count(test: TestCase): void {
    const result = test.result()
    const name = `${test.module.relativeModuleId}: ${test.fullName}`
    if (result.state === 'passed') this.passed++
    else if (result.state === 'failed') this.failed++
    else {
      this.skipped++
      const reason = ('note' in result && result.note) || 'no reason given'
      this.skips.set(reason, [...(this.skips.get(reason) ?? []), name])
    }
    if (test.diagnostic()?.flaky) this.flaky.push(name)
  }
}

function indented(line: string): string {
  return `  ${line}`
}
