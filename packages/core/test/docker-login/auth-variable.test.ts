import { expect, test } from 'vitest'
import { withoutAuths } from '../../src/docker-login/auth-variable.ts'

test.each([
  [
    '{"auths":{"a.example":{"auth":"eA=="},"https://b.example/v1/":{"auth":"eQ=="}}}',
    '{"auths":{}}',
    ['a.example', 'b.example'],
  ],
  ['{"auths":{"c.example":{"auth":"eA=="}}}', '{"auths":{"c.example":{"auth":"eA=="}}}', []],
  ['{', '{', []],
  ['null', 'null', []],
])('%s has no entry of a login', (text, left, found) => {
  expect(withoutAuths(text, ['a.example', 'b.example'])).toEqual({ text: left, found })
})
