import { join } from 'node:path'
import { checkWorkspacePath, type Environment } from '@container-actions/core'
import { isRemote } from '../inputs/build-files.ts'
import { buildxSources } from '../inputs/caches.ts'
import { type GivenOption, valuesOf } from '../inputs/given-options.ts'
import type { Inputs } from '../inputs.ts'

/** A path, with the beginning of a sentence about it. */
export type NamedPath = readonly [subject: string, path: string]

/** The fields of an option's value, without their quotes: `type=local,src=cache`. */
const fieldsOf = (value: string): string[] =>
  [...value.matchAll(/"((?:[^"]|"")*)"|[^,"]+/g)].map(([plain, quoted]) => quoted?.replaceAll('""', '"') ?? plain)

/** The values of the fields with one of these names. */
const fieldValues = (value: string, ...names: readonly string[]): string[] =>
  fieldsOf(value).flatMap((field) => {
    const [, name = '', text = ''] = /^([^=]+)=(.*)$/s.exec(field) ?? []
    return names.includes(name.toLowerCase()) ? [text] : []
  })

/** The path of an additional context on this machine: https://docs.docker.com/build/concepts/context/#named-contexts */
export function contextFolder(context: string): string[] {
  const source = context.slice(context.indexOf('=') + 1)
  const [, layout] = /^oci-layout:\/\/(.+?)(?:@sha256:[0-9a-f]+|:[\w.-]+)*$/.exec(source) ?? []
  if (layout !== undefined) return [layout]
  return isRemote(source) || /^(?:docker-image|target):/.test(source) ? [] : [source]
}

/** Keys and sockets of an SSH agent: `id=path,path`; `raw=true` among them is not a path. */
export const agentFiles = (agent: string): string[] =>
  agent.includes('=')
    ? agent
        .slice(agent.indexOf('=') + 1)
        .split(',')
        .filter((path) => !path.startsWith('raw='))
    : []

/** The file of a secret; with type `env`, the same field names a variable. */
export const secretFiles = (secret: string): string[] =>
  fieldValues(secret, 'type').includes('env') ? [] : fieldValues(secret, 'src', 'source')

const cacheFolders = (specs: readonly string[]): string[] => specs.flatMap((spec) => fieldValues(spec, 'src', 'dest'))

function pathsInExtra(options: readonly GivenOption[]): NamedPath[] {
  const found = {
    secret: valuesOf(options, 'secret').flatMap(secretFiles),
    ssh: valuesOf(options, 'ssh').flatMap(agentFiles),
    'build-context': valuesOf(options, 'build-context').flatMap(contextFolder),
    'cache-from': cacheFolders(valuesOf(options, 'cache-from')),
    'cache-to': cacheFolders(valuesOf(options, 'cache-to')),
  }
  return Object.entries(found).flatMap(([name, paths]) =>
    paths.map((path) => [`Input 'extra_build_args' has '--${name}'`, path] as const),
  )
}

/** Files that the build reads from its context, in addition to the inputs. */
function ignoreFiles({ path, dockerfile }: Inputs): NamedPath[] {
  const files = [`${dockerfile}.dockerignore`, join(path, '.dockerignore')]
  return files.map((file) => [`The build reads ${JSON.stringify(file)}`, file])
}

/** The local paths in the inputs, and those that the build reads implicitly; some may not exist. */
export function pathsOf(inputs: Inputs): NamedPath[] {
  const { path, dockerfile, build, cacheFrom, settings, prebuildScript, extraBuildArgs } = inputs
  const all = (input: string, paths: readonly string[], verb = 'has') =>
    paths.map((each): NamedPath => [`Input '${input}' ${verb} ${JSON.stringify(each)}`, each])
  const isLocal = !isRemote(path)
  return [
    ...(isLocal
      ? [...all('path', [path], 'is'), ...all('dockerfile', [dockerfile], 'is'), ...ignoreFiles(inputs)]
      : []),
    ...all('build_contexts', build.contexts.flatMap(contextFolder)),
    ...all(
      'secret_files',
      build.secrets.flatMap((secret) => (secret.kind === 'file' ? [secret.file] : [])),
    ),
    ...all('ssh', build.ssh.flatMap(agentFiles)),
    ...all('cache_from', cacheFolders(buildxSources(cacheFrom))),
    ...all('cache_to', cacheFolders(build.cacheTo)),
    ...all('prebuild_script', prebuildScript === undefined ? [] : [prebuildScript[0]], 'is'),
    ...all('repo_policy_file', settings.policyFile === undefined ? [] : [settings.policyFile], 'is'),
    ...pathsInExtra(extraBuildArgs),
  ]
}

/**
 * Rejects every path in the inputs that leaves the workspace through a link.
 *
 * @throws {Failure}
 */
export function checkWorkspaceFiles(inputs: Inputs, env: Environment): void {
  // In that case, none of them is read.
  if (inputs.retagFrom !== undefined) return
  for (const [subject, path] of pathsOf(inputs)) checkWorkspacePath(subject, path, env)
}
