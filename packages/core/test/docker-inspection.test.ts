import { describe, expect, test } from 'vitest'
import { inspectDocker, inspectWithoutEngine } from '../src/docker-inspection.ts'
import type { ExecResult } from '../src/exec.ts'
import { scriptedExec } from '../src/testing.ts'

const VERSION = {
  stdout: '{"Client":{"Version":"28.5.2+dfsg4"},"Server":{"Version":"28.5.1","Os":"linux","Arch":"amd64"}}\n',
}
const INFO = { stdout: '[["driver-type","io.containerd.snapshotter.v1"]]\n' }
const PLUGIN = { stdout: 'github.com/docker/buildx v0.29.1 0.29.1+ds1-4\n' }
const BUILDER = { stdout: 'Name:   default\nDriver: docker\n\nNodes:\nName: default\nStatus: running\n' }
const NO_BUILDX = { exitCode: 1, stderr: "docker: 'buildx' is not a docker command.\nSee 'docker --help'\n" }

/** A docker that gives these four answers. */
const inspect = async (answers: readonly Partial<ExecResult>[], builder?: string) => {
  const exec = scriptedExec(answers)
  return { toolset: await inspectDocker(exec, builder), calls: exec.calls.map(({ args }) => args.join(' ')) }
}

describe('inspectDocker', () => {
  test('asks for everything at once', async () => {
    const { toolset, calls } = await inspect([VERSION, INFO, PLUGIN, BUILDER])
    expect(calls).toEqual([
      'version --format {{json .}}',
      'info --format {{json .DriverStatus}}',
      'buildx version',
      'buildx inspect',
    ])
    expect(toolset).toEqual({
      client: '28.5.2+dfsg4',
      engine: { version: '28.5.1', store: 'containerd', platform: 'linux/amd64' },
      buildx: 'v0.29.1',
      selected: {
        name: 'default',
        driver: 'docker',
        buildkit: undefined,
        platforms: [],
        running: true,
        problem: undefined,
      },
    })
  })

  test('asks for the builder that is named', async () => {
    const missing = { exitCode: 1, stderr: 'ERROR: no builder "far" found\n' }
    const { toolset, calls } = await inspect([VERSION, INFO, PLUGIN, missing], 'far')
    expect(calls[3]).toBe('buildx inspect far')
    expect(toolset.selected).toMatchObject({ name: 'far', driver: '', problem: 'no builder "far" found' })
  })

  test('knows no builders without buildx', async () => {
    const { toolset } = await inspect([VERSION, { stdout: '[["Backing Filesystem","extfs"]]' }, NO_BUILDX, NO_BUILDX])
    expect(toolset).toMatchObject({ engine: { store: 'classic' }, buildx: undefined, selected: undefined })
  })

  test('says why the engine does not answer', async () => {
    const stderr = 'Warning: something else\nCannot connect to the Docker daemon at unix:///x. Is it running?\n'
    const down = { exitCode: 1, stdout: '{"Client":{"Version":"28.5.2"},"Server":null}\n', stderr }
    const { toolset } = await inspect([down, { exitCode: 1, stdout: 'null\n' }, PLUGIN, BUILDER])
    expect(toolset.client).toBe('28.5.2')
    expect(toolset.engine).toEqual({ problem: 'Cannot connect to the Docker daemon at unix:///x. Is it running?' })
  })

  test('takes an answer that is none for one without versions', async () => {
    const { toolset } = await inspect([{ stdout: 'x' }, { stdout: 'x' }, { stdout: '' }, BUILDER])
    expect(toolset).toMatchObject({ client: '', engine: { version: '', store: 'classic', platform: '' }, buildx: '' })
  })
})

test('an engine that does not answer is left alone', async () => {
  const exec = scriptedExec([{ stdout: 'Docker version 28.5.2+dfsg4, build 9cc6dea\n' }, PLUGIN, BUILDER])
  expect(await inspectWithoutEngine(exec, 'default')).toMatchObject({
    client: '28.5.2+dfsg4',
    engine: { problem: 'It was not asked.' },
    buildx: 'v0.29.1',
    selected: { name: 'default' },
  })
  expect(exec.calls.map(({ args }) => args.join(' '))).toEqual([
    '--version',
    'buildx version',
    'buildx inspect default',
  ])
})
