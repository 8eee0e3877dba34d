import type { Exec } from './exec.ts'

/** Notes commands in place of running them: each seems to end well, and to say nothing. */
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
