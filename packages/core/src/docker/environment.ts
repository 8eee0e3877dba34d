import type { Environment } from '../base/environment.ts'
import type { Exec } from '../step/exec.ts'

/**
 * Variables whose values are changed for docker's child processes:
 * - DOCKER_CONTENT_TRUST: `docker push` signs after the push, which requires a Notary server. ECR has none.
 * - DEBUG: with any value, docker prints a stack trace after an error, which hides the error.
 * - BUILDKIT_PROGRESS: the step parses the log for the cause of a failure, so it sets the format.
 * - DOCKER_CLI_HINTS: advice that follows an error.
 */
const CHANGES = {
  DOCKER_CONTENT_TRUST: undefined,
  DEBUG: undefined,
  BUILDKIT_PROGRESS: undefined,
  DOCKER_CLI_HINTS: 'false',
} as const satisfies Environment

/** Whether the build reads a variable by name: `--build-arg NAME`, `--secret id=…,env=NAME`. */
const isRead = (name: string, args: readonly string[]): boolean =>
  args.some(
    (arg) => arg === `--build-arg=${name}` || (arg.startsWith('--secret=') && arg.split(',').includes(`env=${name}`)),
  )

const changesFor = (args: readonly string[]): Environment =>
  Object.fromEntries(Object.entries(CHANGES).filter(([name]) => !isRead(name, args)))

/** Runs docker with these variables. Values of the call itself take precedence. */
export const dockerExec = (exec: Exec): Exec => ({
  run: (command, args, options) =>
    exec.run(command, args, { ...options, env: { ...changesFor(args), ...options?.env } }),
})
