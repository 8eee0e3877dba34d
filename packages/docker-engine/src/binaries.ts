import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'

/**
 * `installed`: the dockerd in the PATH, whatever its version.
 * `bookworm`: the same, where it is Debian 12's 20.10, whose client has BuildKit built in and no buildx.
 * `sid`: Debian unstable's 28 or later with buildx, unpacked by scripts/install/engine-sid.sh.
 * `sid-classic`: the same with the classic image store, and with no way to a registry of the world.
 * `sid-remapped`: the same with the classic image store, and with `userns-remap`.
 * `sid-rootless`: the same without root, in a network of its own that slirp4netns makes.
 */
export type EngineKind = 'installed' | 'bookworm' | 'sid' | 'sid-classic' | 'sid-remapped' | 'sid-rootless'

/** Absolute paths of the binaries of one engine. */
export interface EngineBinaries {
  readonly dockerd: string
  /** The client that came with this engine. */
  readonly docker: string
  /** Folder of client plugins to add to the client's search path, if the engine has one outside it. */
  readonly plugins: string | undefined
  /** PATH in which dockerd looks for containerd, its shim and runc. */
  readonly path: string
}

/** Thrown if an engine cannot be started here; the message says in one line what to install. */
export class NoEngine extends Error {}

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Finds the binaries of an engine of this kind; throws NoEngine if they are missing. */
export function engineBinaries(kind: EngineKind, env: NodeJS.ProcessEnv = process.env): EngineBinaries {
  if (process.platform !== 'linux') {
    throw new NoEngine('A private Docker Engine needs Linux; start Docker Desktop or set DOCKER_HOST.')
  }
  if (process.getuid?.() !== 0) {
    throw new NoEngine('A private Docker Engine needs root; start a Docker Engine that this user may use.')
  }
  if (kind === 'sid-rootless' || kind === 'sid-remapped') needUserNamespaces(kind === 'sid-rootless')
  return kind === 'installed' || kind === 'bookworm' ? installed(kind, env) : unpacked(env)
}

/** What the kernel and the machine must have for an engine that maps users. */
function needUserNamespaces(isRootless: boolean): void {
  const namespaces = readFileSync('/proc/sys/user/max_user_namespaces', 'utf8').trim()
  if (namespaces === '0') throw new NoEngine('This machine allows no user namespaces (user.max_user_namespaces is 0).')
  if (!isRootless) return
  const missing = ['rootlesskit', 'slirp4netns', 'newuidmap'].find((name) => find(name, SYSTEM_FOLDERS) === undefined)
  if (missing !== undefined) throw new NoEngine(`There is no ${missing}; run scripts/install/clients.sh (Debian).`)
  if (!existsSync('/sys/class/misc/tun')) throw new NoEngine('This machine has no network device tun.')
}

function installed(kind: EngineKind, env: NodeJS.ProcessEnv): EngineBinaries {
  const folders = [...(env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  const dockerd = find('dockerd', folders)
  if (dockerd === undefined) {
    throw new NoEngine(
      'There is no dockerd in the PATH; install docker.io (scripts/install/engine.sh does it with apt).',
    )
  }
  // Another client than the one of this dockerd may be first in the PATH.
  const prefix = dirname(dirname(dockerd))
  const docker = find('docker', [join(prefix, 'bin'), dirname(dockerd), ...folders])
  if (docker === undefined) throw new NoEngine(`There is ${dockerd} but no docker client; install docker-cli.`)
  if (kind === 'bookworm') {
    const version = spawnSync(dockerd, ['--version'], { encoding: 'utf8' }).stdout.trim()
    if (!version.includes(' 20.10.')) {
      throw new NoEngine(`${dockerd} is '${version}', not Debian 12's 20.10; install Debian 12's docker.io.`)
    }
  }
  const path = [dirname(dockerd), join(prefix, 'bin'), ...folders].join(delimiter)
  return { dockerd, docker, plugins: undefined, path }
}

function unpacked(env: NodeJS.ProcessEnv): EngineBinaries {
  const usr = join(cacheFolder(env), 'engine-sid', 'usr')
  const dockerd = find('dockerd', [join(usr, 'sbin')])
  if (dockerd === undefined) {
    throw new NoEngine(`There is no ${usr}/sbin/dockerd; run scripts/install/engine-sid.sh (Debian).`)
  }
  if (find('runc', SYSTEM_FOLDERS) === undefined) {
    throw new NoEngine('There is no runc for the unpacked Docker Engine; install runc (docker.io brings it).')
  }
  return {
    dockerd,
    docker: join(usr, 'bin', 'docker'),
    plugins: join(usr, 'libexec', 'docker', 'cli-plugins'),
    path: [join(usr, 'sbin'), join(usr, 'bin'), ...SYSTEM_FOLDERS].join(delimiter),
  }
}

function find(name: string, folders: readonly string[]): string | undefined {
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
