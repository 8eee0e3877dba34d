import type { Environment } from '../base/environment.ts'
import type { Exec } from '../step/exec.ts'
import type { Job } from '../step/job.ts'

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

/** Docker's client before version 23 takes one that is empty for one that names its default, whatever context is chosen. */
const EMPTY_IS_SET = ['DOCKER_HOST', 'DOCKER_CONTEXT'] as const

const withoutEmpty = (env: Environment): Environment =>
  Object.fromEntries(EMPTY_IS_SET.filter((name) => env[name] === '').map((name) => [name, undefined]))

/** Runs docker with these variables. What a call itself gives wins. */
export const dockerExec = (job: Pick<Job, 'env' | 'exec'>): Exec => ({
  run: (command, args, options) =>
    job.exec.run(command, args, {
      ...options,
      env: { ...withoutEmpty(job.env), ...changesFor(args), ...options?.env },
    }),
})
