import { expect, test } from 'vitest'
import { checkReferenceLength } from '../../src/ecr/image-reference.ts'

const HOST = '123456789012.dkr.ecr.ap-southeast-2.amazonaws.com'

test.each([
  [HOST, 205],
  ['localhost:5000', 240],
])('beside %s a repository has %i characters at most', (registry, most) => {
  expect(() => checkReferenceLength(registry, 'a'.repeat(most))).not.toThrow()
  expect(() => checkReferenceLength(registry, 'a'.repeat(most + 1))).toThrow(
    `Input 'repo' and the registry ${registry} together have 256 characters, but Docker accepts at most 255. Shorten the repository's name from ${most + 1} to ${most} characters; it is "aaa`,
  )
})
