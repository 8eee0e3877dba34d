import type { Exec } from './exec.ts'

/** Records commands instead of running them: each appears to succeed without output. */
export function recordingExec(): Exec & { readonly commands: (readonly string[])[] } {
  const commands: (readonly string[])[] = []
  return {
    commands,
    async run(command, args) {
      commands.push([command, ...args])
      return { exitCode: 0, stdout: '', stderr: '' }
    },
  }
}
