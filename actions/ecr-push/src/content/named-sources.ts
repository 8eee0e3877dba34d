import { statSync } from 'node:fs'
import { type Environment, Failure } from '@container-actions/core'
import { valuesOf } from '../inputs/given-options.ts'
import { checkSecretFiles } from '../inputs/secrets.ts'
import type { Inputs } from '../inputs.ts'
import { agentFiles, contextFolder, secretFiles } from './workspace-files.ts'

const EXTRA = "Input 'extra_build_args' has"

/** The location of a path in a value, and what must exist there. */
interface Named {
  readonly has: string
  readonly value: string
  readonly paths: readonly string[]
  readonly kind: 'file' | 'folder'
}

function namedIn({ build, extraBuildArgs }: Inputs): Named[] {
  const all = (has: string, values: readonly string[], pathsOf: (value: string) => string[], kind: Named['kind']) =>
    values.map((value): Named => ({ has, value, paths: pathsOf(value), kind }))
  return [
    ...all("Input 'build_contexts' has", build.contexts, contextFolder, 'folder'),
    ...all("Input 'ssh' has", build.ssh, agentFiles, 'file'),
    ...all(`${EXTRA} '--build-context'`, valuesOf(extraBuildArgs, 'build-context'), contextFolder, 'folder'),
    ...all(`${EXTRA} '--secret'`, valuesOf(extraBuildArgs, 'secret'), secretFiles, 'file'),
    ...all(`${EXTRA} '--ssh'`, valuesOf(extraBuildArgs, 'ssh'), agentFiles, 'file'),
  ]
}

function isThere(path: string, kind: Named['kind']): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && (kind === 'file' || found.isDirectory())
}

function checkAgent({ build, extraBuildArgs }: Inputs, env: Environment): void {
  const agents = [...build.ssh, ...valuesOf(extraBuildArgs, 'ssh')]
  const agent = agents.find((each) => !each.includes('='))
  if (agent === undefined || env['SSH_AUTH_SOCK']) return
  throw new Failure(
    `The build needs an SSH agent as ${JSON.stringify(agent)}, but there is none: SSH_AUTH_SOCK is not set. Start an agent before this step, or name a key as '${agent}=PATH'.`,
  )
}

/**
 * Fails if a source other than the context does not exist; docker would notice only during the build.
 *
 * @throws {Failure}
 */
export function checkNamedSources(inputs: Inputs, env: Environment): void {
  checkSecretFiles(inputs.build.secrets)
  for (const { has, value, paths, kind } of namedIn(inputs)) {
    const missing = paths.find((path) => !isThere(path, kind))
    if (missing === undefined) continue
    throw new Failure(
      `${has} ${JSON.stringify(value)}, and there is no ${kind} ${JSON.stringify(missing)} in ${process.cwd()}.`,
    )
  }
  checkAgent(inputs, env)
}
