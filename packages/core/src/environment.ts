/** The environment of the process, read once; everything outside core gets it as a parameter. */
export type Environment = Readonly<Record<string, string | undefined>>

export function processEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: the one place that reads it
  return process.env
}

/**
 * The environment for child processes: ours without the `INPUT_*` variables, which hold the step's secrets, and with
 * `changes` on top.
 */
export function childEnvironment(env: Environment, changes: Environment = {}): Record<string, string> {
  const child: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...env, ...changes })) {
    if (value !== undefined && !name.startsWith('INPUT_')) child[name] = value
  }
  return child
}
