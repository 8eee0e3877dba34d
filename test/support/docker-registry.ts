import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cacheFolder } from '../../packages/docker-engine/src/cache-folder.ts'
import { beforeProcessEnds } from '../../packages/runner-harness/src/on-process-exit.ts'

/** scripts/install/registry.sh puts it there. */
export const DOCKER_REGISTRY = join(cacheFolder(), 'docker-registry', 'usr', 'bin', 'docker-registry')

/** The only one who may push and pull, and what the registry keeps of the password: bcrypt, as `htpasswd -B` writes it. */
const USER = 'AWS'
const PASSWORD = 'the password of the plain registry'
const HTPASSWD = `${USER}:$2y$05$abcdefghijklmnopqrstuu.No/j4Nv3brCfIG9Gi4ongMJxbV3aY.\n`

/** The registry that the makers of Docker wrote, which knows nothing of AWS. */
export interface DockerRegistry extends AsyncDisposable {
  /** `host:port` */
  readonly host: string
  /** What it has logged, with a line for each request when its configuration wants that. */
  log(): string
}

/** One that wants a password. */
export interface LockedRegistry extends DockerRegistry {
  /** As `Authorization: Basic` takes it. */
  readonly token: string
}

export async function startLockedRegistry(): Promise<LockedRegistry> {
  const auth = (folder: string) => {
    writeFileSync(join(folder, 'htpasswd'), HTPASSWD)
    return { htpasswd: { realm: 'plain', path: join(folder, 'htpasswd') } }
  }
  const registry = await serve((folder) => ({
    version: '0.1',
    log: { accesslog: { disabled: true } },
    auth: auth(folder),
  }))
  return { ...registry, token: Buffer.from(`${USER}:${PASSWORD}`).toString('base64') }
}

/**
 * One that everyone may use.
 * @param configuration what goes into its config.yml, beside where it listens and where it keeps its data
 */
export const startOpenRegistry = (configuration: object = { version: '0.1' }): Promise<DockerRegistry> =>
  serve(() => configuration)

async function serve(configure: (folder: string) => object): Promise<DockerRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-registry-'))
  const own = {
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: '127.0.0.1:0', secret: 'of this registry alone' },
  }
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify({ ...configure(folder), ...own }))
  const child = spawn(DOCKER_REGISTRY, ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const forget = beforeProcessEnds(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
    forget()
  }
  let said = ''
  const host = await new Promise<string>((resolve, reject) => {
    const hear = (line: string) => {
      said += `${line}\n`
      const [, found] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    }
    // Requests are on its standard output, everything else on its standard error.
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', hear)
    ended.then(() => reject(new Error(`${DOCKER_REGISTRY} ended before it was ready: ${said}`)), reject)
  })
  return { host, log: () => said, [Symbol.asyncDispose]: stop }
}
