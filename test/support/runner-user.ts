import { chmodSync, chownSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beforeEach } from 'vitest'
import { engineBinaries } from '../../packages/docker-engine/src/binaries.ts'
import type { PrivateEngine } from '../../packages/docker-engine/src/index.ts'
import { DOCKER_GROUP, giveTo, RUNNER, type User } from '../../packages/runner-harness/src/user.ts'

/** Who the jobs of a test run as, by the tag of the test; those of a test without one run as the user of the tests. */
export const USER_TAGS = {
  'user-022': { ...RUNNER, umask: 0o022 },
  'user-077': { ...RUNNER, umask: 0o077 },
} as const satisfies Readonly<Record<string, User>>

/** In a file or a `describe`, after `useEngine`: the user of the running test, who may then use the engine. */
export function useRunnerUser(engine?: () => PrivateEngine): () => { readonly user?: User } {
  let user: User | undefined
  beforeEach(({ task }) => {
    user = Object.entries(USER_TAGS).find(([tag]) => task.tags?.includes(tag))?.[1]
    if (user !== undefined && engine !== undefined) openToRunner(engine())
  })
  return () => (user === undefined ? {} : { user })
}

/** Where users find a program that may lie where only root can go: in the folder of an engine that is open to them. */
export function openProgram({ socket }: Pick<PrivateEngine, 'socket'>, file: string): string {
  const link = join(dirname(socket), basename(file))
  if (!existsSync(link)) linkSync(file, link)
  return link
}

/** Lets users in Docker's group use an engine of ours and its client, which may lie where only root can go. */
export function openToRunner({ kind, socket, env }: Pick<PrivateEngine, 'kind' | 'socket' | 'env'>): void {
  const [folder, config] = [dirname(socket), env['DOCKER_CONFIG'] ?? '']
  const own = join(folder, 'plugins')
  chmodSync(folder, 0o711)
  chownSync(socket, 0, DOCKER_GROUP)
  chmodSync(socket, 0o660)
  const { docker, plugins } = engineBinaries(kind)
  if (plugins !== undefined && !existsSync(own)) {
    const client = join(folder, 'bin', 'docker')
    rmSync(client)
    linkSync(docker, client)
    mkdirSync(own)
    for (const name of readdirSync(plugins)) linkSync(join(plugins, name), join(own, name))
    writeFileSync(join(config, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: [own] }))
  }
  giveTo(RUNNER, config)
}
