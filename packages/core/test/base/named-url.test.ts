import { expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { urlIn } from '../../src/base/named-url.ts'
import { webOf } from '../../src/http/web.ts'

test('what is not a URL is one line with its variable', () => {
  expect(urlIn('A_URL', 'https://example.com/x').host).toBe('example.com')
  expect(() => urlIn('A_URL', 'refs/tags/v1')).toThrow(
    new Failure('The variable A_URL must be a URL like https://example.com; it is "refs/tags/v1".'),
  )
})

test('a request to what is not a URL is one line', async () => {
  const request = { url: 'refs/tags/v1/releases', signal: new AbortController().signal, timeout: 1_000 }
  await expect(webOf({}).request(request)).rejects.toThrow('"refs/tags/v1/releases" is not a URL.')
})
