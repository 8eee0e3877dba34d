import { Failure } from '@container-actions/core'
import { expect, test } from 'vitest'
import { findDocker } from '../src/docker-found.ts'
import { memoryPorts, TOOLSETS } from './support/ports.ts'

const DOWN = new Failure('Nothing listens.')

async function find(engine: Promise<void>, driver: string, over = new AbortController().signal) {
  const selected = { ...TOOLSETS.buildx.selected, name: 'one', driver } as NonNullable<typeof TOOLSETS.buildx.selected>
  const { calls, docker } = memoryPorts({ toolset: { ...TOOLSETS.buildx, selected } })
  const found = await findDocker('one', docker, engine, over).catch((error: unknown) => error)
  return { found, calls }
}

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
  expect(found).toMatchObject({ engine: { problem: 'Nothing listens.' }, selected: { driver } })
  expect(calls).toEqual(['docker --version'])
})

test('nothing is looked at when nobody waits for it', async () => {
  const over = new AbortController()
  over.abort(DOWN)
  expect(await find(Promise.reject(DOWN), 'remote', over.signal)).toEqual({ found: DOWN, calls: [] })
})
