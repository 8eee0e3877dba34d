/** Exit statuses with a special meaning: https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html */
const MEANINGS: Readonly<Record<string, string>> = {
  126: ': a program that it calls cannot be run',
  127: ': a program that it calls is not in the image',
  137: ': it was killed, as the system does where memory runs out. Give the builder more memory, or let the build use less at once',
  143: ': it was ended by SIGTERM',
}

/** A program that is missing in the image, as reported by runc. */
const NO_PROGRAM =
  /\bunable to start container process: exec: "([^"]+)": (?:stat .*no such file|executable file not found)/

const NO_ROOM = /\bno space left on device\b/i

/** A message of runc, or of the command, that is more useful than its exit status. */
function tellingWords(line: string): string | undefined {
  const [, program] = NO_PROGRAM.exec(line) ?? []
  if (program !== undefined) return `there is no ${program} in the image`
  if (/\bexec format error$/.test(line)) {
    return "a program of the image is not for this builder's platform. Build for its own platform, or install an emulator for the other one on its machine"
  }
  return undefined
}

/** Why the command of a step failed, for any builder; `undefined` for other failures. */
export function commandCause(said: string, output: readonly string[]): string | undefined {
  const [, classic] = /^The command '.*' returned a non-zero code: (\d+)$/s.exec(said) ?? []
  const [, why] =
    /^(?:executor failed running \[.*\]|process ".*" did not complete successfully): (.*)$/s.exec(said) ?? []
  const status = classic ?? /^exit code: (\d+)$/.exec(why ?? said)?.[1]
  if (status === undefined) return tellingWords(said) ?? (why === 'cannot allocate memory' ? ended('137') : why)
  const last = output.filter((line) => line.trim() !== '').at(-1) ?? ''
  const told = tellingWords(last)
  if (told !== undefined) return told
  return NO_ROOM.test(last) ? `${ended(status)}: the builder's disk is full` : ended(status)
}

const ended = (status: string): string => `the command ended with exit status ${status}${MEANINGS[status] ?? ''}`
