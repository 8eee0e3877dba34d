import type { Reporter, TestCase, TestModule } from 'vitest/node'

const LONGEST_SHOWN = 10

/** Collects what the last lines of a run say: sums, skipped tests with their reasons, flaky tests and the longest files. */
export class Summary implements Reporter {
  passed = 0
  failed = 0
  skipped = 0
  /** Tests that failed and passed when they were retried, each with the file that it is in. */
  readonly flaky: string[] = []
  private readonly skips = new Map<string, string[]>()
  private readonly seconds = new Map<string, number>()

  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      this.seconds.set(module.relativeModuleId, module.diagnostic().duration / 1000)
      for (const test of module.children.allTests()) this.count(test)
    }
  }

  /** Everything but the sums, as lines to print. */
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

  /** The sums, as the last line of a run gives them. */
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
