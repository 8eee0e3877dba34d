import { readFileSync } from 'node:fs'
import { Failure } from '../base/failure.ts'

/**
 * Maximum size of one argument on Linux in bytes, including the final zero: MAX_ARG_STRLEN,
 * https://man7.org/linux/man-pages/man2/execve.2.html
 */
const LINUX_LIMIT = 128 * 1024

/** Guaranteed and maximum size of arguments and variables together on Linux, in bytes; same page. */
const LEAST_SPACE = LINUX_LIMIT
const MOST_SPACE = 6 * 1024 * 1024

/** A string takes its bytes, a zero and a pointer. */
const costOf = (text: string): number => Buffer.byteLength(text) + 1 + 8

/** Other data in the same space, such as the path of the program. */
const RESERVE = 8 * 1024

/** How much of an argument to show, to identify it. */
const SHOWN = 40

/** Space for the arguments and variables of a child, in bytes: a quarter of the stack limit. */
export function argumentSpace(limits: string = readFileSync('/proc/self/limits', 'utf8')): number {
  const [, stack] = /^Max stack size +(\d+)/m.exec(limits) ?? []
  const space = stack === undefined ? MOST_SPACE : Number(stack) / 4
  return Math.min(MOST_SPACE, Math.max(LEAST_SPACE, space)) - RESERVE
}

/** The option that uses the most space among the arguments. */
function largestOption(args: readonly string[]): string {
  const costs = new Map<string, number>()
  for (const argument of args) {
    const [option = argument.slice(0, SHOWN)] = /^--?[\w-]+/.exec(argument) ?? []
    costs.set(option, (costs.get(option) ?? 0) + costOf(argument))
  }
  const [largest] = [...costs].sort(([, one], [, other]) => other - one)
  return largest?.[0] ?? ''
}

/**
 * Fails if an argument, or all of them together with the variables, are too long for `platform`; otherwise Node would
 * only report an obscure error.
 */
export function checkArguments(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { platform = process.platform, space = argumentSpace }: { platform?: NodeJS.Platform; space?: () => number } = {},
): void {
  if (platform !== 'linux') return
  const long = args.find((argument) => Buffer.byteLength(argument) >= LINUX_LIMIT)
  if (long !== undefined) {
    throw new Failure(
      `An argument of ${command} has ${Buffer.byteLength(long)} bytes, but Linux accepts at most ${LINUX_LIMIT - 1}: ${JSON.stringify(long.slice(0, SHOWN)).slice(0, -1)}…". Shorten the input that it comes from, or put its value into a file.`,
    )
  }
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const total = [...args, ...variables].reduce((sum, text) => sum + costOf(text), 0)
  if (total <= LEAST_SPACE - RESERVE) return
  const available = space()
  if (total <= available) return
  throw new Failure(
    `The ${args.length} arguments of ${command} and its variables have ${total} bytes, but this system accepts ${available} (a quarter of its limit for stacks, ulimit -s). Most of them are of ${JSON.stringify(largestOption(args))}: give fewer values in the input that it comes from, or put them into a file.`,
  )
}
