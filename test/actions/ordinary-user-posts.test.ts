import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { below } from '../../packages/runner-harness/src/folders.ts'
import { createJob, type Job, type Step } from '../../packages/runner-harness/src/index.ts'
import { giveTo, RUNNER } from '../../packages/runner-harness/src/user.ts'
import { authorizationOf } from '../../packages/stand-ins/src/ecr-client.ts'

/** What a post step finds that root has left to itself, and what it says and leaves. */
interface Case {
  readonly name: string
  /** Changes the folder of the login, as root; for a shared login, the user's own. */
  readonly change: (folder: string) => void
  readonly shared?: boolean
  /** The warning, with FOLDER in place of that folder; none where there is none. */
  readonly says?: string
  /** Files of the folder that still have the login. */
  readonly left?: readonly string[]
}

const take = (path: string, mode: number) => {
  chownSync(path, 0, 0)
  chmodSync(path, mode)
}

/** As docker makes one as root, with something in it. */
function fill(folder: string): void {
  mkdirSync(join(folder, 'instances'), { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'instances/one'), '{}')
}

const left = (name: string, of: string, mode: string) =>
  `The folder FOLDER is left: user 1001 may not remove ${name} in it. Of FOLDER/${of}: it belongs to root and has mode ${mode}. Run 'sudo rm -rf FOLDER'.`

const CASES: readonly Case[] = [
  { name: 'nothing', change: () => undefined },
  { name: 'the configuration', change: (folder) => take(join(folder, 'docker/config.json'), 0o600) },
  {
    name: 'a folder beside the configuration',
    change: (folder) => fill(join(folder, 'docker/buildx')),
    says: left('docker/buildx', 'docker/buildx', '0700'),
  },
  {
    name: 'the folder of the configuration',
    change: (folder) => take(join(folder, 'docker'), 0o755),
    says: left('docker/config.json', 'docker', '0755'),
  },
  {
    name: 'the folder of the logins',
    change: (folder) => take(join(folder, 'logins'), 0o700),
    says: left('logins', 'logins', '0700'),
  },
  {
    name: 'all of it',
    change: (folder) => giveTo({ uid: 0, gid: 0 }, folder),
    says: "The folder FOLDER is left: it belongs to the user 0. Run 'sudo rm -rf FOLDER'.",
    left: ['docker/config.json'],
  },
  { name: 'nothing of a shared login', shared: true, change: () => undefined },
  {
    name: 'the configuration with a shared login',
    shared: true,
    change: (folder) => take(join(folder, 'config.json'), 0o600),
    says: "The login for REGISTRY may be left: The Docker configuration FOLDER/config.json may not be read by user 1001. Of FOLDER/config.json: it belongs to root and has mode 0600. Run 'sudo chown -R 1001:1001 FOLDER/config.json'. Then run 'docker logout REGISTRY'.",
    left: ['config.json'],
  },
  {
    name: 'the folder with a shared login',
    shared: true,
    change: (folder) => take(folder, 0o700),
    says: "Of FOLDER: it belongs to root and has mode 0700. Run 'sudo chown -R 1001:1001 FOLDER'. Then run 'docker logout REGISTRY'.",
    left: ['config.json'],
  },
  {
    name: 'the right to write with a shared login',
    shared: true,
    change: (folder) => take(folder, 0o755),
    says: "Of FOLDER: it belongs to root and has mode 0755. Run 'sudo chown -R 1001:1001 FOLDER'. Then run 'docker logout REGISTRY'.",
    left: ['config.json'],
  },
]

describe('the post step of an ordinary user', () => {
  let ecr: EcrLocal
  beforeAll(async () => {
    ecr = await startEcrLocal()
  })
  afterAll(() => ecr.close())

  const newJob = () =>
    createJob({ user: RUNNER, machine: ecr.environment, workspace: { Dockerfile: 'FROM scratch\nWORKDIR /app\n' } })

  const warnings = (step: Step | undefined, folder: string) =>
    step?.annotations
      .map(({ level, message }) => `${level}: ${message}`)
      .join('\n')
      .replaceAll(folder, 'FOLDER')
      .replaceAll(ecr.registry, 'REGISTRY')

  async function outcome({ change, shared }: Case) {
    await using job = await newJob()
    const { outputs } = await job.run('ecr-login', { with: { docker_config: shared ? 'shared' : 'isolated' } })
    const config = outputs['docker_config'] ?? ''
    const folder = shared ? config : dirname(config)
    change(folder)
    const [post] = await job.post()
    const token = (await authorizationOf(ecr)).slice(0, 12)
    const readable = (name: string) => readFileSync(join(folder, name), 'utf8').includes(token)
    return {
      said: warnings(post, folder) ?? '',
      found: below(folder).filter((name) => /config\.json$/.test(name) && readable(name)),
      conclusion: post?.conclusion,
      // What later post steps have.
      config: shared ? '' : post?.env['DOCKER_CONFIG']?.replace(job.folders.home, 'HOME'),
    }
  }

  it('of ecr-login removes what it may, gives the variables back, and names in one line what is left', async () => {
    const wrong = CASES.map(async (each) => {
      const { says, left: files = [], shared, name } = each
      const found = await outcome(each)
      const isRight =
        (says === undefined ? found.said === '' : found.said.includes(says) && !found.said.includes('\n')) &&
        found.found.join() === files.join() &&
        found.conclusion === 'success' &&
        found.config === (shared ? '' : 'HOME/.docker')
      return isRight ? [] : [{ name, ...found }]
    })
    expect((await Promise.all(wrong)).flat()).toEqual([])
  })

  it('of two logins removes the second one, and the last of them all, past what belongs to root', async () => {
    await using job = await newJob()
    const { outputs } = await job.run('ecr-login')
    await job.run('ecr-login', { with: { registries: '111122223333' } })
    const folder = dirname(outputs['docker_config'] ?? '')
    take(join(folder, 'docker/config.json'), 0o600)
    const [second, first] = await job.post()
    expect(warnings(second, folder)).toMatch(
      /^warning: This login stays until the last one of the job ends: .* it belongs to root and has mode 0600\./,
    )
    expect([warnings(first, folder), existsSync(folder)]).toEqual(['', false])
  })

  /** A step of ecr-push that has begun to wait for Docker, and has its folders. */
  async function killed(job: Job): Promise<string> {
    const env = { DOCKER_HOST: `unix://${job.folders.home}/none.sock` }
    const handle = job.start('ecr-push', { with: { repo: 'app', tags: '1', wait_for_docker: '60s' }, env })
    await handle.waitForLog(/Endpoint: unix:/)
    const folders = () => below(job.folders.temp).filter((path) => /^ecr-push-.*config\.json$/.test(path))
    while (folders().length === 0) await new Promise((later) => setTimeout(later, 20))
    handle.signal('SIGKILL')
    await handle.result
    return join(job.folders.temp, dirname(dirname(folders()[0] ?? '')))
  }

  it('of ecr-push does so after it was killed', async () => {
    await using job = await newJob()
    const folder = await killed(job)
    fill(join(folder, 'docker/scout'))
    const [post] = await job.post()
    expect(warnings(post, folder)).toBe(`warning: ${left('docker/scout', 'docker/scout', '0700')}`)
    expect(below(folder).filter((path) => !path.startsWith('docker/scout/'))).toEqual(['.container-actions'])
    execFileSync('rm', ['-rf', folder])
    expect(below(job.folders.temp).filter((path) => path.startsWith('ecr-push-'))).toEqual([])
  })
})
