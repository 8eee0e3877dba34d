import { memoryJob } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { RUN_ID_LABEL } from '../../src/tags/image-labels.ts'
import { type Order, orderOf, runOfEvent, runOfImage } from '../../src/tags/run-order.ts'

const SOURCE = 'org.opencontainers.image.source'
const URL = 'https://github.com/octo-org/app'

test.each<[Record<string, string> | undefined, unknown]>([
  [
    { [SOURCE]: URL, [RUN_ID_LABEL]: '17' },
    { source: URL, id: '17' },
  ],
  [{ [SOURCE]: URL }, undefined],
  [{ [RUN_ID_LABEL]: '17' }, undefined],
  [{ [SOURCE]: '', [RUN_ID_LABEL]: '17' }, undefined],
  [{ [SOURCE]: URL, [RUN_ID_LABEL]: '17; id' }, undefined],
  [undefined, undefined],
])('the run in the labels %j is %j', (labels, run) => {
  expect(runOfImage(labels)).toEqual(run)
})

test("a step's own run is the one that its images would name", () => {
  const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'octo-org/app', GITHUB_RUN_ID: '17' }
  expect(runOfEvent(memoryJob(env).event)).toEqual({ source: URL, id: '17' })
  expect(runOfEvent(memoryJob({ ...env, GITHUB_RUN_ID: '' }).event)).toBeUndefined()
  expect(runOfEvent(memoryJob().event)).toBeUndefined()
})

test.each<[string, string, string, Order]>([
  [URL, '9', '10', 'older'],
  [URL, '10', '10', 'same'],
  [URL, '10', '9', 'newer'],
  // More digits than a number holds.
  [URL, '9007199254740993', '9007199254740992', 'newer'],
  [`${URL}2`, '10', '9', 'unknown'],
])('of %s run %s beside run %s is %s', (source, their, our, order) => {
  expect(orderOf({ source, id: their }, { source: URL, id: our })).toBe(order)
})

test('an image that names no run has no order', () => {
  expect(orderOf(undefined, { source: URL, id: '1' })).toBe('unknown')
})
