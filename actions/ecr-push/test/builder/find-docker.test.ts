import { Failure } from '@container-actions/core'
import { expect, test } from 'vitest'
import { findDocker, searchDocker } from '../../src/builder/find-docker.ts'
import { memoryPorts, TOOLSETS } from '../support/ports.ts'

const DOWN = new Failure('Nothing listens.')

const WANTED = { builder: 'one', waitForDocker: 0 }

async function find(engine: Promise<unknown>, driver: string, over = new AbortController().signal) {
  const selected = { ...TOOLSETS.buildx.selected, name: 'one', driver } as NonNullable<typeof TOOLSETS.buildx.selected>
  const { calls, docker } = memoryPorts({ toolset: { ...TOOLSETS.buildx, selected } })
  const daemon = async () => ({ info: Promise.resolve(await engine) })
  const found = await findDocker(WANTED, { docker, daemon }, over).catch((error: unknown) => error)
  return { found, calls }
}

test('Podman under the name docker is refused, and nobody waits for an engine', async () => {
  const { calls, docker } = memoryPorts()
  const daemon = () => Promise.reject(new Error('It was asked.'))
  const podman = { ...docker, podman: async () => '4.3.1' }
  await expect(findDocker(WANTED, { docker: podman, daemon }, new AbortController().signal)).rejects.toThrow(
    /^The program 'docker' of this runner is Podman 4\.3\.1, which this action does not support\./,
  )
  expect(calls).toEqual([])
})

test('an engine that answers is asked', async () => {
  const { found, calls } = await find(Promise.resolve(), 'docker')
  expect(found).toMatchObject({ engine: TOOLSETS.buildx.engine })
  expect(calls).toEqual(['docker version'])
})

test.each(['docker', 'docker-container', ''])(
  'a builder of the driver %j does not do without the engine',
  async (driver) => {
    expect((await find(Promise.reject(DOWN), driver)).found).toBe(DOWN)
  },
)

test.each(['kubernetes', 'remote', 'cloud'])('a builder of the driver %j does without the engine', async (driver) => {
  const { found, calls } = await find(Promise.reject(DOWN), driver)
  expect(found).toMatchObject({ engine: { kind: 'none', problem: 'Nothing listens.' }, selected: { driver } })
  expect(calls).toEqual(['docker --version'])
})

test('nothing is looked at when nobody waits for it', async () => {
  const over = new AbortController()
  over.abort(DOWN)
  expect(await find(Promise.reject(DOWN), 'remote', over.signal)).toEqual({ found: DOWN, calls: [] })
})

test('other work waits for the start of the commands, and for nothing that may be long', async () => {
  const { docker } = memoryPorts({ toolset: TOOLSETS.buildx })
  const begun: string[] = []
  const { promise: answer, resolve } = Promise.withResolvers<typeof TOOLSETS.buildx>()
  const slow = {
    ...docker,
    toolset: async (...[, look]: Parameters<typeof docker.toolset>) => {
      look?.begun?.()
      begun.push('commands')
      return await answer
    },
  }
  const ready = async () => ({ info: Promise.resolve(undefined) })
  const { signal } = new AbortController()
  const { toolset, underWay } = searchDocker(WANTED, { docker: slow, daemon: ready }, signal)
  await underWay
  expect(begun).toEqual(['commands'])
  resolve(TOOLSETS.buildx)
  expect(await toolset).toBe(TOOLSETS.buildx)

  const down = searchDocker(WANTED, { docker, daemon: () => Promise.reject(DOWN) }, signal)
  await down.underWay
  await expect(down.toolset).rejects.toBe(DOWN)
  await searchDocker(WANTED, { docker, daemon: () => new Promise(() => {}) }, signal).underWay
})
