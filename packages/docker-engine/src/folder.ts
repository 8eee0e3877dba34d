import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import type { EngineBinaries, EngineKind } from './binaries.ts'
import { remapped, rootless } from './sub-ids.ts'

/** The temporary folder in which a private engine lives. */
export interface EngineFolder {
  readonly path: string
  readonly socket: string
  /** Command line of dockerd. */
  readonly command: readonly string[]
  /** Merge this into `process.env` to use the client. */
  readonly env: Readonly<Record<string, string>>
}

export function makeEngineFolder(kind: EngineKind, binaries: EngineBinaries): EngineFolder {
  const path = mkdtempSync(join(tmpdir(), 'engine-'))
  const socket = join(path, 'docker.sock')
  return {
    path,
    socket,
    command: wrapped(kind, path, daemonCommand(kind, path, socket, binaries)),
    env: clientEnvironment(path, socket, binaries),
  }
}

const wrapped = (kind: EngineKind, folder: string, command: readonly string[]): readonly string[] => {
  if (kind === 'sid-remapped') return remapped(folder, command)
  return kind === 'sid-rootless' ? rootless(folder, command) : command
}

/** An address where nothing listens. */
const NO_PROXY = 'http://127.0.0.1:9'

function daemonCommand(kind: EngineKind, folder: string, socket: string, binaries: EngineBinaries): string[] {
  // A separate configuration file also keeps /etc/docker/daemon.json out.
  const configuration = {
    // Without root there are no control groups to make.
    ...(kind === 'sid-rootless'
      ? {}
      : { 'cgroup-parent': `/${basename(folder)}`, 'exec-opts': ['native.cgroupdriver=cgroupfs'] }),
    // The containerd image store is the default of the newest engines, and the one that stores attestations.
    ...(kind === 'sid' || kind === 'sid-rootless' ? { features: { 'containerd-snapshotter': true } } : {}),
    // It would otherwise look there for images that the tests create.
    ...(kind === 'sid-classic' ? { proxies: { 'http-proxy': NO_PROXY, 'https-proxy': NO_PROXY } } : {}),
  }
  writeFileSync(join(folder, 'daemon.json'), JSON.stringify(configuration))
  return [
    binaries.dockerd,
    `--config-file=${join(folder, 'daemon.json')}`,
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'docker.pid')}`,
    `--host=unix://${socket}`,
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--userland-proxy=false',
  ]
}

function clientEnvironment(folder: string, socket: string, binaries: EngineBinaries): Record<string, string> {
  // Only the client is put first in the PATH, not its neighbors in /usr/bin.
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(binaries.docker, join(bin, 'docker'))
  const config = join(folder, 'client')
  mkdirSync(config)
  const plugins = binaries.plugins === undefined ? {} : { cliPluginsExtraDirs: [binaries.plugins] }
  writeFileSync(join(config, 'config.json'), JSON.stringify(plugins))
  const path = [bin, process.env['PATH'] ?? ''].join(delimiter)
  return { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: config, PATH: path }
}
