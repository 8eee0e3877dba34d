import type { Environment } from './environment.ts'
import type { Exec } from './exec.ts'

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

const hostOf = (address: string): string => address.replace(/^https?:\/\//, '').replace(/\/.*/s, '')

/**
 * A DOCKER_AUTH_CONFIG without the entries of some hosts: for docker, it outranks every login in its configuration.
 *
 * @returns the hosts that had an entry, and the rest; the text itself where none had one, or where docker cannot read it
 */
export function withoutAuths(
  text: string,
  hosts: readonly string[],
): { readonly text: string; readonly found: string[] } {
  try {
    const config: { auths?: Record<string, unknown> } = JSON.parse(text)
    const entries = Object.entries(config.auths ?? {})
    const found = entries.map(([address]) => hostOf(address)).filter((host) => hosts.includes(host))
    const auths = Object.fromEntries(entries.filter(([address]) => !hosts.includes(hostOf(address))))
    return { text: found.length > 0 ? JSON.stringify({ ...config, auths }) : text, found }
  } catch {
    return { text, found: [] }
  }
}
