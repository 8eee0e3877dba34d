import { Failure } from '@container-actions/core'
import { memoryRunner } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { engineNames, removeLeftNames } from '../../src/builder/engine-names.ts'
import { memoryImages } from '../support/ports.ts'

const NAME = 'r/app:1'
const THEIR_OWN = 'ecr-push-0123456789ab:built'

/** An engine with these names, in which this step has built its image. */
async function built(given: Readonly<Record<string, string>> = {}, signal = new AbortController().signal) {
  const named = new Map(Object.entries(given))
  const images = memoryImages([], named)
  const runner = memoryRunner()
  const names = engineNames(images, { runner, signal })
  names.expect()
  named.set(names.own, 'ours')
  await names.built()
  return { named, images, runner, names, left: () => Object.fromEntries(named) }
}

describe('the names of a step in the engine', () => {
  test('are gone after it, and those that it took are back', async () => {
    const { names, left, runner } = await built({ [NAME]: 'theirs', 'r/app:2': 'theirs' })
    await names.point(NAME)
    await names.point('r/app:3')
    expect(left()).toMatchObject({ [NAME]: 'ours', 'r/app:2': 'theirs', 'r/app:3': 'ours' })
    await names.release()
    expect(left()).toEqual({ [NAME]: 'theirs', 'r/app:2': 'theirs' })
    expect(runner.told.state).toEqual({ engineNames: '' })
  })

  test('that another job has taken meanwhile are left to it', async () => {
    const { names, named, left } = await built()
    await names.point(NAME)
    named.set(NAME, 'theirs')
    await names.release()
    expect(left()).toEqual({ [NAME]: 'theirs' })
  })

  test('do not keep the image by what it was pushed as, whoever pushed it', async () => {
    const { names, named, left } = await built({ 'r/app@sha256:ab': 'ours', [NAME]: 'theirs' })
    await names.point('r/app:2')
    for (const digest of ['r/app@sha256:cd', 'other@sha256:cd']) named.set(digest, 'ours')
    named.set('r/app:2', 'theirs')
    await names.release()
    expect(left()).toEqual({ 'r/app@sha256:ab': 'ours', [NAME]: 'theirs', 'r/app:2': 'theirs' })
  })

  test('do not end the image of somebody who has built the same one', async () => {
    const { names, named, left } = await built()
    for (const name of ['r/app:2', 'r/app@sha256:cd']) named.set(name, 'ours')
    await names.release()
    expect(left()).toEqual({ 'r/app:2': 'ours', 'r/app@sha256:cd': 'ours' })
  })

  test('that were taken from a step which is about to remove them do not come back', async () => {
    const { names, named, left } = await built({ [NAME]: 'theirs', [THEIR_OWN]: 'theirs' })
    await names.point(NAME)
    await names.release()
    expect(left()).toEqual({ [THEIR_OWN]: 'theirs' })
    expect(named.has(NAME)).toBe(false)
  })

  test('are chosen among those that no image has', async () => {
    const { names } = await built({ [NAME]: 'theirs' })
    expect(await names.free([NAME, 'r/app:2'])).toBe('r/app:2')
    expect(await names.free([NAME])).toBe(NAME)
  })

  test('that are kept stay, in place of older images', async () => {
    const { names, left } = await built({ [NAME]: 'older' })
    await names.point(NAME)
    await names.keep(names.own, [NAME, 'r/app:2'])
    await names.release()
    expect(left()).toEqual({ [NAME]: 'ours', 'r/app:2': 'ours' })
  })

  test('are removed by the post step of a step that was killed, or cancelled before it knew its image', async () => {
    const { names, images, runner, left } = await built({ [NAME]: 'theirs', 'r/app:2': 'theirs' })
    await names.point(NAME)
    expect(left()).toMatchObject({ [NAME]: 'ours' })
    await removeLeftNames(images, { runner })
    expect(left()).toEqual({ [NAME]: 'theirs', 'r/app:2': 'theirs' })
    const cancelled = await built({}, AbortSignal.abort())
    await cancelled.names.release()
    cancelled.named.set(cancelled.names.own, 'built too late')
    await removeLeftNames(cancelled.images, cancelled)
    expect(cancelled.left()).toEqual({})
  })

  test('that the state claims without the mark are left to their owners', async () => {
    const named = new Map([
      [NAME, 'theirs'],
      ['r/app@sha256:cd', 'theirs'],
      [THEIR_OWN, 'of another step'],
    ])
    const before = Object.fromEntries(named)
    const pointed = [{ name: NAME }]
    const claims = [
      { own: NAME, pointed: [] },
      { own: 'ecr-push-000000000000:built', id: 'theirs', digests: [], pointed },
      { own: THEIR_OWN, id: 'theirs', digests: [], pointed },
    ]
    for (const [index, state] of claims.entries()) {
      const runner = memoryRunner({ engineNames: JSON.stringify(state) })
      await removeLeftNames(memoryImages([], named), { runner })
      expect(runner.told.lines.length).toBe(index === 0 ? 1 : 0)
    }
    // The name in the last one has the form of a step's own, and is that step's word for its image.
    const { [THEIR_OWN]: _, ...others } = before
    expect(Object.fromEntries(named)).toEqual(others)
  })

  test.each(['', '{', 'null', '[]', '{}', '"x"', '{"own":1,"pointed":[]}', `{"own":"${THEIR_OWN}","pointed":[null]}`])(
    'are at most a line where the state cannot be read: %s',
    async (state) => {
      const named = new Map([[THEIR_OWN, 'theirs']])
      const runner = memoryRunner({ engineNames: state })
      await removeLeftNames(memoryImages([], named), { runner })
      expect(runner.told.lines).toEqual(
        state === ''
          ? []
          : ["warning: The state 'engineNames' of this step cannot be read, so its resources are not cleaned up."],
      )
      expect(named.size).toBe(1)
    },
  )

  test('that cannot be removed are a warning', async () => {
    const { names, images, runner } = await built()
    images.remove = () => Promise.reject(new Failure('It is in use.'))
    await names.release()
    expect(runner.told.lines).toEqual([
      `warning: It is in use. Remove it with 'docker image rm ${names.own}' if it still exists.`,
    ])
    expect(runner.told.state['engineNames']).not.toBe('')
  })

  test('of a build that made no image are an error', async () => {
    const names = engineNames(memoryImages([]), { runner: memoryRunner(), signal: new AbortController().signal })
    await expect(names.built()).rejects.toThrow('The build succeeded but left no image in the engine.')
  })

  test('of an image that somebody removed are an error', async () => {
    const { names, named } = await built()
    named.delete(names.own)
    await expect(names.point(NAME)).rejects.toThrow(`somebody removed ${names.own}.`)
  })
})
