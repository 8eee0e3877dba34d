import type { Environment } from '../base/environment.ts'

/**
 * The variables that buildx reads for GitHub's cache: https://docs.docker.com/build/cache/backends/gha/#authentication
 */
const VARIABLES = ['ACTIONS_CACHE_URL', 'ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_TOKEN'] as const

const OPTION = /^--cache-(?:from|to)$/

const isGitHubs = (cache: string): boolean => /(?:^|,)\s*"?\s*type=gha\s*"?\s*(?:,|$)/i.test(cache)

/** The variables with which buildx accesses GitHub's cache, if options of the build use it; otherwise none. */
export function cacheAccess(options: readonly string[], env: Environment): Environment {
  const used = options.some((option, at) => {
    const [, name = '', value] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(option) ?? []
    return OPTION.test(name) && isGitHubs(value ?? options[at + 1] ?? '')
  })
  return used ? Object.fromEntries(VARIABLES.map((name) => [name, env[name]])) : {}
}
