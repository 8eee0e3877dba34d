import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { type DockerLook, inspectDocker, inspectWithoutEngine } from '../../src/docker/inspect.ts'
import type { Exec, ExecResult } from '../../src/step/exec.ts'
import { scriptedExec } from '../../src/testing.ts'

const VERSION = {
  stdout: '{"Client":{"Version":"28.5.2+dfsg4"},"Server":{"Version":"28.5.1","Os":"linux","Arch":"amd64"}}\n',
}
const INFO = { stdout: '[["driver-type","io.containerd.snapshotter.v1"]]\n' }
const PLUGIN = { stdout: 'github.com/docker/buildx v0.29.1 0.29.1+ds1-4\n' }
const BUILDER = { stdout: 'Name:   default\nDriver: docker\n\nNodes:\nName: default\nStatus: running\n' }
const NO_BUILDX = { exitCode: 1, stderr: "docker: 'buildx' is not a docker command.\nSee 'docker --help'\n" }

const folder = mkdtempSync(join(tmpdir(), 'docker-inspection-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A configuration without plugins, on a machine that may have some. */
const BARE = { DOCKER_CONFIG: join(folder, 'bare') }

/** Has a plugin in the user's own folder. */
const PLUGGED = { DOCKER_CONFIG: join(folder, 'plugged') }
const PROGRAM = join(PLUGGED.DOCKER_CONFIG, 'cli-plugins', 'docker-buildx')
mkdirSync(join(PROGRAM, '..'), { recursive: true })
writeFileSync(PROGRAM, '', { mode: 0o755 })

interface Asked extends DockerLook {
  readonly builder?: string
  readonly env?: typeof BARE
}

/** Programs that give these answers, by the command. */
async function inspect(
  answers: Readonly<Record<string, Partial<ExecResult>>>,
  { builder, env = BARE, ...look }: Asked = {},
) {
  const calls: string[] = []
  const exec: Exec = {
    async run(command, args) {
      const call = [command === PROGRAM ? 'PROGRAM' : command, ...args].join(' ')
      calls.push(call)
      const answer = answers[call]
      if (answer === undefined) throw new Failure(`There is no ${call}.`)
      return { exitCode: 0, stdout: '', stderr: '', ...answer }
    },
  }
  return { toolset: await inspectDocker(exec, builder, env, look), calls }
}

const DOCKER = {
  'docker version --format {{json .}}': VERSION,
  'docker info --format {{json .DriverStatus}}': INFO,
  'docker buildx version': PLUGIN,
  'docker buildx inspect': BUILDER,
}

const TOOLSET = {
  client: '28.5.2+dfsg4',
  engine: { kind: 'engine', version: '28.5.1', store: 'containerd', platform: 'linux/amd64' },
  buildx: 'v0.29.1',
  selected: {
    name: 'default',
    driver: 'docker',
    buildkit: undefined,
    platforms: [],
    running: true,
    problem: undefined,
  },
}

describe('inspectDocker', () => {
  test('asks client, engine and buildx', async () => {
    const { toolset, calls } = await inspect(DOCKER)
    expect(toolset).toEqual(TOOLSET)
    expect(calls.sort()).toEqual(Object.keys(DOCKER).sort())
  })

  test('asks for the builder that is named', async () => {
    const missing = { exitCode: 1, stderr: 'ERROR: no builder "far" found\n' }
    const { toolset } = await inspect({ ...DOCKER, 'docker buildx inspect far': missing }, { builder: 'far' })
    expect(toolset.selected).toMatchObject({ name: 'far', driver: '', problem: 'no builder "far" found' })
  })

  test('knows no builders without buildx, and does not ask for them', async () => {
    const { toolset, calls } = await inspect({
      ...DOCKER,
      'docker info --format {{json .DriverStatus}}': { stdout: '[["Backing Filesystem","extfs"]]' },
      'docker buildx version': NO_BUILDX,
    })
    expect(toolset).toMatchObject({ engine: { store: 'classic' }, buildx: undefined, selected: undefined })
    expect(calls).not.toContain('docker buildx inspect')
  })

  test('says why the engine does not answer', async () => {
    const stderr = 'Warning: something else\nCannot connect to the Docker daemon at unix:///x. Is it running?\n'
    const down = { exitCode: 1, stdout: '{"Client":{"Version":"28.5.2"},"Server":null}\n', stderr }
    const { toolset } = await inspect({
      ...DOCKER,
      'docker version --format {{json .}}': down,
      'docker info --format {{json .DriverStatus}}': { exitCode: 1, stdout: 'null\n' },
    })
    expect(toolset.client).toBe('28.5.2')
    expect(toolset.engine).toEqual({
      kind: 'none',
      problem: 'Cannot connect to the Docker daemon at unix:///x. Is it running?',
    })
  })

  test('takes an answer that is none for one without versions', async () => {
    const { toolset } = await inspect({
      ...DOCKER,
      'docker version --format {{json .}}': { stdout: 'x' },
      'docker info --format {{json .DriverStatus}}': { stdout: 'x' },
      'docker buildx version': { stdout: '' },
    })
    expect(toolset).toMatchObject({
      client: '',
      engine: { kind: 'engine', version: '', store: 'classic', platform: '' },
      buildx: '',
    })
  })

  test('asks a plugin itself where there is one', async () => {
    const answers = { ...DOCKER, 'PROGRAM buildx version': PLUGIN, 'PROGRAM buildx inspect': BUILDER }
    const { toolset, calls } = await inspect(answers, { env: PLUGGED })
    expect(toolset).toEqual(TOOLSET)
    expect(calls.filter((call) => call.includes('buildx')).sort()).toEqual([
      'PROGRAM buildx inspect',
      'PROGRAM buildx version',
    ])
  })

  test.each([
    ['cannot be run', {}],
    ['does not work', { 'PROGRAM buildx version': { exitCode: 1 }, 'PROGRAM buildx inspect': { exitCode: 1 } }],
  ])('leaves a plugin that %s to docker', async (_, program) => {
    const { toolset } = await inspect({ ...DOCKER, ...program }, { env: PLUGGED })
    expect(toolset).toEqual(TOOLSET)
    const without = await inspect({ ...DOCKER, ...program, 'docker buildx version': NO_BUILDX }, { env: PLUGGED })
    expect(without.toolset.buildx).toBeUndefined()
  })

  test('takes what the engine told already', async () => {
    const info = Promise.resolve({ DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] })
    const { toolset, calls } = await inspect(DOCKER, { info })
    expect(toolset).toEqual(TOOLSET)
    expect(calls).not.toContain('docker info --format {{json .DriverStatus}}')
  })

  test.each([undefined, null, 'forbidden', {}])('asks docker where the engine told %j', async (told) => {
    expect((await inspect(DOCKER, { info: Promise.resolve(told) })).toolset).toEqual(TOOLSET)
  })
})

test('an engine that does not answer is left alone', async () => {
  const exec = scriptedExec([{ stdout: 'Docker version 28.5.2+dfsg4, build 9cc6dea\n' }, PLUGIN, BUILDER])
  expect(await inspectWithoutEngine(exec, 'default', BARE)).toMatchObject({
    client: '28.5.2+dfsg4',
    engine: { kind: 'none', problem: 'It was not asked.' },
    buildx: 'v0.29.1',
    selected: { name: 'default' },
  })
  expect(exec.calls.map(({ args }) => args.join(' '))).toEqual([
    '--version',
    'buildx version',
    'buildx inspect default',
  ])
})
