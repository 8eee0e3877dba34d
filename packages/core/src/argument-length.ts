import { Failure } from './failure.ts'

/** Bytes that Linux takes at most as one argument, with the zero at its end: MAX_ARG_STRLEN, https://man7.org/linux/man-pages/man2/execve.2.html */
const LINUX_LIMIT = 128 * 1024

/** How much of an argument shows which one it is. */
const SHOWN = 40

/** Fails where an argument is too long for `platform`, which would only say so with an error in the middle of Node. */
export function checkArguments(command: string, args: readonly string[], platform: NodeJS.Platform): void {
  if (platform !== 'linux') return
  const long = args.find((argument) => Buffer.byteLength(argument) >= LINUX_LIMIT)
  if (long === undefined) return
  throw new Failure(
    `An argument of ${command} has ${Buffer.byteLength(long)} bytes, and Linux takes at most ${LINUX_LIMIT - 1}: ${JSON.stringify(long.slice(0, SHOWN)).slice(0, -1)}…". Shorten the input that it comes from, or put its value into a file.`,
  )
}
