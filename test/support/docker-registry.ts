import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cacheFolder } from './cache-folder.ts'
import { beforeProcessEnds } from './runner-last-rites.ts'

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
  /** As `Authorization: Basic` takes it. */
  readonly token: string
}

const configuration = (folder: string) => ({
  version: '0.1',
  log: { level: 'info', accesslog: { disabled: true } },
  storage: { filesystem: { rootdirectory: join(folder, 'data') } },
  http: { addr: '127.0.0.1:0', secret: 'of this registry alone' },
  auth: { htpasswd: { realm: 'plain', path: join(folder, 'htpasswd') } },
})

export async function startDockerRegistry(): Promise<DockerRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-registry-'))
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD)
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(configuration(folder)))
  const child = spawn(DOCKER_REGISTRY, ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'ignore', 'pipe'] })
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
  const host = await new Promise<string>((resolve, reject) => {
    let said = ''
    createInterface(child.stderr).on('line', (line) => {
      said += `${line}\n`
      const [, found] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
    ended.then(() => reject(new Error(`${DOCKER_REGISTRY} ended before it was ready: ${said}`)), reject)
  })
  return { host, token: Buffer.from(`${USER}:${PASSWORD}`).toString('base64'), [Symbol.asyncDispose]: stop }
}
