import { chmodSync, chownSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { engineBinaries } from '../../../packages/docker-engine/src/binaries.ts'
import type { PrivateEngine } from '../../../packages/docker-engine/src/index.ts'
import { DOCKER_GROUP, giveTo, RUNNER } from '../../../packages/runner-harness/src/user.ts'

/** Lets users in Docker's group use an engine of ours and its client, which may lie where only root can go. */
export function openToRunner({ kind, socket, env }: Pick<PrivateEngine, 'kind' | 'socket' | 'env'>): void {
  const [folder, config] = [dirname(socket), env['DOCKER_CONFIG'] ?? '']
  giveTo(RUNNER, config)
  chmodSync(folder, 0o711)
  chownSync(socket, 0, DOCKER_GROUP)
  chmodSync(socket, 0o660)
  const { docker, plugins } = engineBinaries(kind)
  if (plugins === undefined) return
  const [client, own] = [join(folder, 'bin', 'docker'), join(folder, 'plugins')]
  rmSync(client)
  linkSync(docker, client)
  mkdirSync(own)
  for (const name of readdirSync(plugins)) linkSync(join(plugins, name), join(own, name))
  writeFileSync(join(config, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: [own] }))
}
