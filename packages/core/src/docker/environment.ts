import type { Environment } from '../base/environment.ts'
import type { Exec } from '../step/exec.ts'

/**
 * Variables that docker's children get with another value than the runner has:
 * - DOCKER_CONTENT_TRUST: `docker push` signs after the push, for which a registry needs a Notary. ECR has none.
 * - DEBUG: any value has docker print a stack trace after an error, in which the error gets lost.
 * - BUILDKIT_PROGRESS: the log is read for the cause of a failure, so that its form is the step's.
 * - DOCKER_CLI_HINTS: advice that follows an error.
 */
const CHANGES = {
  DOCKER_CONTENT_TRUST: undefined,
  DEBUG: undefined,
  BUILDKIT_PROGRESS: undefined,
  DOCKER_CLI_HINTS: 'false',
} as const satisfies Environment

/** Whether the build reads a variable by its name: `--build-arg NAME`, `--secret id=…,env=NAME`. */
const isRead = (name: string, args: readonly string[]): boolean =>
  args.some(
    (arg) => arg === `--build-arg=${name}` || (arg.startsWith('--secret=') && arg.split(',').includes(`env=${name}`)),
  )

const changesFor = (args: readonly string[]): Environment =>
  Object.fromEntries(Object.entries(CHANGES).filter(([name]) => !isRead(name, args)))

/** Runs docker with these variables. What a call itself gives wins. */
export const dockerExec = (exec: Exec): Exec => ({
  run: (command, args, options) =>
    exec.run(command, args, { ...options, env: { ...changesFor(args), ...options?.env } }),
})
