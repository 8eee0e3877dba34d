import { randomUUID } from 'node:crypto'
import { chmodSync, lchownSync, rmSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Folders } from '../../../packages/runner-harness/src/folders.ts'
import { createJob, type Job, type Step } from '../../../packages/runner-harness/src/index.ts'
import { type Command, launchHere } from '../../../packages/runner-harness/src/node-process.ts'
import { asUser, RUNNER } from '../../../packages/runner-harness/src/user.ts'
import type { Place, SceneName, State, StepFolders } from './step-places.ts'
import { recorded, recordingTo } from './step-record.ts'
import { fillScene, type Machine, SCENES } from './step-scenes.ts'

/** What is wrong with one place of a step. */
export interface Fault {
  readonly place: Place
  readonly state: State
}

/** What became of a step. */
export interface Outcome {
  readonly step: Step
  /** What it said, with the folders of the job by their names. */
  readonly errors: readonly string[]
  readonly told: readonly string[]
  /** What it gave to the system as paths. */
  readonly opened: readonly string[]
  readonly folders: StepFolders
}

const isFolder = (path: string): boolean => statSync(path).isDirectory()

/** Brings a file or folder into a state, as root may leave it. A file system is for whoever starts the step. */
function damage(path: string, state: State): void {
  if (state === 'missing') rmSync(path, { recursive: true, force: true })
  if (state === 'unreadable' || state === 'foreign') {
    const others = state === 'foreign' ? 0o044 : 0
    const isRun = isFolder(path) || (state === 'foreign' && (statSync(path).mode & 0o100) !== 0)
    chmodSync(path, 0o600 | others | (isRun ? 0o100 | (others >> 2) : 0))
    lchownSync(path, 0, 0)
  }
}

/** Runs a command in a mount namespace in which these paths are read-only. */
function withReadOnly({ file, args, ...rest }: Command, paths: readonly string[]): Command {
  const mount = paths.map(() => 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; ').join('')
  const script = `set -e; ${mount}cd "$PWD"; exec "$@"`
  return {
    file: 'unshare',
    args: ['--mount', '--propagation=private', 'sh', '-c', script, 'sh', ...paths, file, ...args],
    ...rest,
  }
}

/** A socket that leads to the engine's, and may be damaged without harm to it. */
async function linkSocket(socket: string, at: string): Promise<Disposable> {
  const server = createServer((near) => {
    const far = connect(socket)
    near.pipe(far).pipe(near)
    for (const end of [near, far]) end.on('error', () => [near, far].map((each) => each.destroy()))
  })
  await new Promise<void>((listening) => server.listen(at, listening))
  return { [Symbol.dispose]: () => void server.close() }
}

/** The end of a step; an error if that does not come within `timeout` ms. The job ends the step then. */
async function within(timeout: number, running: Promise<Step>): Promise<Step> {
  const over = new AbortController()
  try {
    const late = delay(timeout, undefined, { signal: over.signal })
    const step = await Promise.race([running, late])
    if (step === undefined) throw new Error(`The step has not ended within ${timeout / 1000} s.`)
    return step
  } finally {
    over.abort()
  }
}

/** Runs the step of a scene as the runner's user, with these faults. */
export async function runScene(name: SceneName, faults: readonly Fault[], machine: Machine): Promise<Outcome> {
  const scene = SCENES[name]
  await using job = await createJob({
    user: RUNNER,
    apiUrl: 'http://127.0.0.1:9',
    machine: { ...machine.engine, ...machine.ecr },
  })
  fillScene(scene, job.folders, machine)
  using _ = await linkSocket(machine.socket, join(job.folders.home, 'docker.sock'))
  job.handOver(job.folders.root)
  const file = join(job.folders.root, 'opened')
  const options = [...asUser(RUNNER), ...recordingTo(file)]
  job.handOver(job.folders.root)
  let folders: StepFolders = { ...job.folders, env: {} }
  job.container = (script) => {
    folders = { ...job.folders, env: script.env }
    const paths = faults.map(({ place, state }) => ({ path: place.at(folders), state }))
    for (const { path, state } of paths) damage(path, state)
    const readOnly = paths.filter(({ state }) => state === 'readonly').map(({ path }) => path)
    const command = launchHere(options)(script)
    return readOnly.length === 0 ? command : withReadOnly(command, readOnly)
  }
  const running = job.run(scene.action, {
    with: scene.given(job.folders, `app-${randomUUID()}`),
    env: scene.env?.(job.folders, machine) ?? {},
  })
  const step = await within(machine.timeout, running)
  return { step, ...messages(job, step), opened: recorded(file).filter((path) => path !== file), folders }
}

/** A text with the folders of a job by their names. */
export function named({ workspace, temp, home, tools }: Folders, text: string): string {
  return text
    .replaceAll(workspace, 'WORKSPACE')
    .replaceAll(temp, 'TEMP')
    .replaceAll(home, 'HOME')
    .replaceAll(tools, 'TOOLS')
}

function messages({ folders }: Job, { annotations }: Step): Pick<Outcome, 'errors' | 'told'> {
  const said = (isError: boolean) =>
    annotations.filter(({ level }) => (level === 'error') === isError).map(({ message }) => named(folders, message))
  return { errors: said(true), told: said(false) }
}
