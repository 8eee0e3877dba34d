import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { writeFiles } from '../../packages/runner-harness/src/folders.ts'
import type { Job, Step } from '../../packages/runner-harness/src/index.ts'
import { DOCKER_GROUP, giveTo, RUNNER, type User } from '../../packages/runner-harness/src/user.ts'
import { errorsOf } from '../support/push/push-run.ts'
import { usePush } from '../support/push/push-suite.ts'
import { openToRunner } from '../support/runner-user.ts'
import { launchWithMounts } from './support/mounted-launch.ts'

const DEFAULT = '/run/docker.sock'
const OWN = `/run/user/${RUNNER.uid}/docker.sock`

/** A machine, by what is at the places where Docker may be. */
interface Machine {
  readonly name: string
  /** Paths at which the engine is; `~` is the home of the user. */
  readonly engineAt?: readonly string[]
  /** A path with a socket of root's, which the user may not open. */
  readonly closedAt?: string
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  /** Where both actions find it; or the cause for which they do not. */
  readonly found: string
  /** What the line of a step that does not find it has besides. */
  readonly says?: string
}

/** Colima names its socket by a context: https://github.com/abiosoft/colima/blob/main/docs/FAQ.md */
const COLIMA = {
  '.docker/config.json': '{"currentContext":"colima"}',
  [`.docker/contexts/meta/${createHash('sha256').update('colima').digest('hex')}/meta.json`]:
    '{"Name":"colima","Metadata":{},"Endpoints":{"docker":{"Host":"unix://HOME/.colima/default/docker.sock","SkipTLSVerify":false}}}',
}

const MACHINES: readonly Machine[] = [
  { name: 'rootful', engineAt: [DEFAULT], found: 'unix:///var/run/docker.sock' },
  { name: 'rootful and rootless', engineAt: [DEFAULT, OWN], found: 'unix:///var/run/docker.sock' },
  { name: 'rootless', engineAt: [OWN], found: `unix://${OWN}` },
  { name: "rootless beside root's", engineAt: [OWN], closedAt: DEFAULT, found: `unix://${OWN}` },
  { name: "ARC's shared folder", engineAt: ['/run/docker/docker.sock'], found: 'unix:///run/docker/docker.sock' },
  { name: 'Docker Desktop', engineAt: ['~/.docker/run/docker.sock'], found: 'unix://~/.docker/run/docker.sock' },
  {
    name: 'a context, as of Colima',
    engineAt: ['~/.colima/default/docker.sock'],
    closedAt: DEFAULT,
    files: COLIMA,
    found: 'unix://~/.colima/default/docker.sock',
  },
  {
    name: 'DOCKER_HOST beside others',
    engineAt: [DEFAULT, '/run/d.sock'],
    env: { DOCKER_HOST: 'unix:///run/d.sock' },
    found: 'unix:///run/d.sock',
  },
  {
    name: "DOCKER_HOST at root's",
    engineAt: [OWN],
    closedAt: DEFAULT,
    env: { DOCKER_HOST: `unix://${DEFAULT}` },
    found: 'permission_denied',
    says: ` This user may open ${OWN}: set DOCKER_HOST=unix://${OWN} if that is the one.`,
  },
  { name: "root's alone", closedAt: DEFAULT, found: 'permission_denied' },
  { name: 'none', found: 'socket_missing' },
]

describe('on every machine', () => {
  const engine = useEngine('bookworm')
  const { ecr, newJob } = usePush(engine)
  let closed = ''
  beforeAll(async () => {
    openToRunner(engine())
    const folder = mkdtempSync(join(tmpdir(), 'closed-'))
    closed = join(folder, 'docker.sock')
    const server = createServer()
    await new Promise<void>((listening) => server.listen(closed, listening))
    chmodSync(folder, 0o755)
    chmodSync(closed, 0o600)
    return async () => {
      await new Promise((ended) => server.close(ended))
      rmSync(folder, { recursive: true })
    }
  })

  const sockets = { DOCKER_HOST: '', DOCKER_CONFIG: '', XDG_RUNTIME_DIR: '' }

  const machineJob = (user: User, env: Readonly<Record<string, string>> = {}) =>
    newJob({ user, machine: { ...engine().env, ...ecr().environment, ...sockets, ...env } })

  /** Mounts by which nothing is in /run but what is told. */
  function mountsOf({ folders }: Job, { engineAt = [], closedAt }: Machine): string {
    const link = (to: string, at: string) =>
      `mkdir -p "$(dirname ${at})" && ln -sfn ${to} ${at}`.replaceAll('~', folders.home)
    return [
      'mount -t tmpfs none /run',
      ...engineAt.map((at) => link(engine().socket, at)),
      ...(closedAt === undefined ? [] : [link(closed, closedAt)]),
    ].join('\n')
  }

  const placeIn = ({ log }: Step) =>
    (/Docker is ready at (\S+) after/.exec(log) ?? /Docker is not ready \((\w+)\)/.exec(log))?.[1]

  async function find(machine: Machine) {
    await using job = await machineJob(RUNNER, machine.env)
    const { home } = job.folders
    mkdirSync(join(home, '.docker'))
    const files = Object.entries(machine.files ?? {}).map(([path, text]) => [path, text.replaceAll('HOME', home)])
    writeFiles(home, Object.fromEntries(files))
    giveTo(RUNNER, home)
    job.container = launchWithMounts(RUNNER, mountsOf(job, machine))
    // What is there may take long to answer here, and what is not there ends the wait alone.
    const timeout = machine.found === 'socket_missing' ? '1s' : '60s'
    const ready = await job.run('docker-ready', { with: { timeout } })
    const built = await job.run('ecr-push', { with: { repo: 'app', push: false } })
    const steps = [ready, built]
    return {
      places: steps.map((step) => placeIn(step)?.replace(home, '~')),
      conclusions: new Set(steps.map(({ conclusion }) => conclusion)),
      lines: steps.map((step) => errorsOf(step).join('\n')),
    }
  }

  it('docker-ready and ecr-push find the same Docker, or say the same of it, and docker builds there', async () => {
    const wrong = MACHINES.map(async (machine) => {
      const { places, conclusions, lines } = await find(machine)
      const conclusion = machine.found.startsWith('unix://') ? 'success' : 'failure'
      const isRight =
        places.every((place) => place === machine.found) &&
        [...conclusions].join() === conclusion &&
        lines.every((line) => line.includes(machine.says ?? ''))
      return isRight ? [] : [{ name: machine.name, places, conclusions: [...conclusions], lines }]
    })
    expect((await Promise.all(wrong)).flat()).toEqual([])
  })

  it('a user who has come into the group since is told to restart the runner', async () => {
    const { uid, gid } = RUNNER
    await using job = await machineJob({ uid, gid })
    const { root } = job.folders
    writeFileSync(join(root, 'passwd'), `runner:x:${uid}:${gid}::/home/runner:/bin/sh\n`)
    writeFileSync(join(root, 'group'), `runner:x:${gid}:\ndocker:x:${DOCKER_GROUP}:runner\n`)
    const files = ['passwd', 'group'].map((name) => `mount --bind ${join(root, name)} /etc/${name}`)
    const mounts = mountsOf(job, { name: '', engineAt: [DEFAULT], found: '' })
    job.container = launchWithMounts({ uid, gid }, [mounts, ...files].join('\n'))
    const steps = [
      await job.run('docker-ready', { with: { timeout: '60s' } }),
      await job.run('ecr-push', { with: { repo: 'app', push: false, wait_for_docker: '60s' } }),
    ]
    for (const step of steps) {
      expect(errorsOf(step)).toEqual([
        expect.stringMatching(
          / \/etc\/group has this user in the group 2375, and this process was started before that: restart the runner\.$/,
        ),
      ])
    }
  })

  it('without a docker CLI, ecr-push says so before it waits for an engine', async () => {
    const given = { repo: 'app', push: false, wait_for_docker: '60s' }
    const line = async (path: string) => {
      await using job = await machineJob(RUNNER, { PATH: path })
      return errorsOf(await job.run('ecr-push', { with: given }))
    }
    expect(await line('/nowhere')).toEqual([
      expect.stringMatching(/^This runner has no docker CLI: .* docker-ce-cli and docker-buildx-plugin .*$/),
    ])
    const folder = mkdtempSync(join(tmpdir(), 'no-client-'))
    try {
      chmodSync(folder, 0o755)
      writeFileSync(join(folder, 'docker'), '', { mode: 0o644 })
      expect(await line(folder)).toEqual([
        `${folder}/docker is the docker CLI of this runner, and user 1001 may not run it: it belongs to root and has mode 0644. Run 'sudo chown -R 1001:1001 ${folder}/docker && chmod -R u+rwx ${folder}/docker'.`,
      ])
      chmodSync(folder, 0o700)
      expect(await line(folder)).toEqual([
        expect.stringMatching(
          / There may be one that user 1001 may not run\. Of \S+: it belongs to root and has mode 0700/,
        ),
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
