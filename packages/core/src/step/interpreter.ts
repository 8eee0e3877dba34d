import { closeSync, openSync, readSync } from 'node:fs'

/**
 * How many bytes of a file Linux inspects to determine how to run it:
 * https://man7.org/linux/man-pages/man2/execve.2.html#NOTES
 */
const HEAD = 256

/** The beginning of a file, padded with zeros if the file is shorter. */
export function headOf(file: string, bytes = HEAD): Buffer {
  const head = Buffer.alloc(bytes)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, head)
  } finally {
    closeSync(descriptor)
  }
  return head
}

/** The program in a script's first line, as Linux reads it: a Windows carriage return is part of the name. */
export const interpreterIn = (head: Buffer): string | undefined =>
  /^#![ \t]*([^ \t\n\0]+)/.exec(head.toString('latin1'))?.[1]

/** What to do about an existing file that the system does not start, with an error such as `ENOENT`. */
export function startProblem(file: string, code: string): string {
  const interpreter = code === 'ENOENT' ? interpreterIn(headOf(file)) : undefined
  if (interpreter === undefined) return `the system refuses it with ${code}. Check its mode, its format and its disk.`
  const cure = interpreter.endsWith('\r')
    ? 'Save the file with Unix newlines (LF).'
    : 'Install it, or correct that line.'
  return `its first line names ${JSON.stringify(interpreter)}, and there is no such program. ${cure}`
}
