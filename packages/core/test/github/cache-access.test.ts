import { expect, test } from 'vitest'
import { cacheAccess } from '../../src/github/cache-access.ts'

const ACCESS = { ACTIONS_CACHE_URL: undefined, ACTIONS_RESULTS_URL: 'https://results', ACTIONS_RUNTIME_TOKEN: 't0ken' }
const ENV = { ...ACCESS, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'other', PATH: '/bin' }

test.each([
  [['--cache-to=type=gha,mode=max']],
  [['--pull', '--cache-from', 'scope=a,type=gha']],
  [['--cache-from=type=registry,ref=r/app', '--cache-from=TYPE=gha']],
  [['--cache-to="type=gha",mode=max']],
])('%j needs the cache of GitHub', (options) => {
  expect(cacheAccess(options, ENV)).toStrictEqual(ACCESS)
})

test.each([
  [[]],
  [['--cache-to=type=registry,ref=r/type=gha']],
  [['--cache-from=type=ghana']],
  [['--build-arg=x=type=gha', '--label', 'type=gha']],
  [['--cache-to']],
])('%j does not', (options) => {
  expect(cacheAccess(options, ENV)).toStrictEqual({})
})
