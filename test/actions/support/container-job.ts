import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { docker } from '../../../packages/docker-engine/src/images.ts'
import type { PrivateEngine } from '../../../packages/docker-engine/src/index.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import type { Folders } from '../../../packages/runner-harness/src/folders.ts'
import type { Launch } from '../../../packages/runner-harness/src/node-process.ts'
import type { User } from '../../../packages/runner-harness/src/user.ts'

/** A path on the runner and what a container has it as. */
type Mount = readonly [host: string, inside: string, mode?: 'ro']

const NODE = '/__e/node24'
const ACTIONS = '/__w/_actions/org/actions/v1'
const SOCKET = '/var/run/docker.sock'

const nodeFolder = () => dirname(dirname(realpathSync(join(REPOSITORY, 'node_modules/.bin/node'))))

/** Where the images of the tests have the programs of this machine. */
const PROGRAMS: Mount = ['/usr', '/usr', 'ro']

/** What the runner mounts into a job's container (actions/runner ContainerOperationProvider.cs, ContainerInfo.cs). */
const jobMounts = ({ pipeline, temp, tools }: Folders, socket: string): Mount[] => [
  [join(temp, '_github_home'), '/github/home'],
  [join(temp, '_github_workflow'), '/github/workflow'],
  [temp, '/__w/_temp'],
  [tools, '/__t'],
  [dirname(pipeline), '/__w'],
  [REPOSITORY, ACTIONS, 'ro'],
  [nodeFolder(), NODE, 'ro'],
  [socket, SOCKET],
]

/** What it mounts into a docker action (ContainerActionHandler.cs). */
const actionMounts = ({ workspace, temp }: Folders, socket: string): Mount[] => [
  [join(temp, '_github_home'), '/github/home'],
  [join(temp, '_github_workflow'), '/github/workflow'],
  [join(temp, '_runner_file_commands'), '/github/file_commands'],
  [workspace, '/github/workspace'],
  [socket, SOCKET],
]

/** A value of the environment that is a path, as the container has it; the first mount that it lies below counts. */
function inside(mounts: readonly Mount[], value: string): string {
  const [host = '', path = ''] = mounts.find(([each]) => value === each || value.startsWith(`${each}/`)) ?? []
  return path + value.slice(host.length)
}

const volumes = (mounts: readonly Mount[]): string[] => mounts.map((mount) => `--volume=${mount.join(':')}`)

/** The command that runs something in a container with these variables, without their values in its arguments. */
function inContainer(engine: PrivateEngine, args: readonly string[], env: Readonly<Record<string, string>>) {
  const names = Object.keys(env).map((name) => `--env=${name}`)
  const [verb = '', ...others] = args
  const client = join(dirname(engine.socket), 'bin/docker')
  return { file: client, args: ['--host', engine.host, verb, ...names, ...others], cwd: '/', env }
}

/** An image with nothing but places for the programs of this machine. */
export async function makeHostImage(engine: PrivateEngine): Promise<string> {
  const context = mkdtempSync(join(tmpdir(), 'host-image-'))
  const root = join(context, 'rootfs')
  for (const name of ['usr', 'tmp', 'etc']) mkdirSync(join(root, name), { recursive: true })
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name))
  try {
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY rootfs /\nENV PATH=/usr/sbin:/usr/bin\n')
    await docker(engine, 'build', '--quiet', '--tag=host:1', context)
    return 'host:1'
  } finally {
    rmSync(context, { recursive: true })
  }
}

/** The `container:` of a job. */
export interface JobContainer extends AsyncDisposable {
  /** Starts a step in it. */
  readonly launch: Launch
  /** Runs a command as a docker action of the job, with the variables that its steps have; what it prints. */
  action(command: readonly string[], env: Readonly<Record<string, string>>): Promise<string>
}

/** Starts the container of a job; its steps run as `user`, else as root. */
export async function startJobContainer(
  engine: PrivateEngine,
  image: string,
  folders: Folders,
  user?: User,
): Promise<JobContainer> {
  const mounts = jobMounts(folders, engine.socket)
  const who =
    user === undefined
      ? []
      : [`--user=${user.uid}:${user.gid}`, ...(user.groups ?? []).map((each) => `--group-add=${each}`)]
  const options = ['--network=host', ...who, ...volumes([...mounts, PROGRAMS])]
  const id = await docker(engine, 'run', '--detach', '--rm', ...options, image, 'tail', '-f', '/dev/null')
  // What the runner has of its machine is not there.
  const own = { HOME: '/github/home', PATH: '/usr/sbin:/usr/bin', DOCKER_HOST: `unix://${SOCKET}` }
  return {
    launch({ script, cwd, env }) {
      const variables = Object.entries(env).map(([name, value]) => [name, inside(mounts, value)])
      const args = ['exec', `--workdir=${inside(mounts, cwd)}`, id, `${NODE}/bin/node`, inside(mounts, script)]
      return inContainer(engine, args, { ...Object.fromEntries(variables), ...own })
    },
    async action(command, env) {
      const all = actionMounts(folders, engine.socket)
      const variables = Object.entries({ ...env, HOME: join(folders.temp, '_github_home') })
      const given = Object.fromEntries(variables.map(([name, value]) => [name, inside(all, value)]))
      const names = Object.entries(given).map(([name, value]) => `--env=${name}=${value}`)
      const run = ['run', '--rm', '--network=host', '--workdir=/github/workspace', ...volumes([...all, PROGRAMS])]
      return docker(engine, ...run, ...names, image, ...command)
    },
    [Symbol.asyncDispose]: async () => {
      await docker(engine, 'rm', '--force', id)
    },
  }
}
