import { type Authorization, type Ecr, Failure } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { withLoginFallback } from '../../src/push/session-fallback.ts'
import { MANIFEST, memoryPorts, REPOSITORY } from '../support/ports.ts'

const LOGIN: Authorization = { username: 'AWS', password: 'p', token: 't', expiresAt: new Date(1_000) }

const failure = (name: string) =>
  new Failure('The session has expired.', { cause: Object.assign(new Error('x'), { name }) })

/** An ECR whose session ends when `end` is called, and what the registry was asked instead. */
function ending(now: number, error = failure('ExpiredTokenException')) {
  const [asked, notices]: [string[], string[]] = [[], []]
  let ended = false
  const call = async <T>(value: T) => {
    if (ended) throw error
    return value
  }
  const api: Ecr = {
    ...memoryPorts().ecr,
    authorization: () => call(LOGIN),
    manifest: () => call(undefined),
    manifests: () => call(new Map()),
    labels: () => call(undefined),
    tag: () => call(true),
  }
  const open = ({ token }: Authorization) => {
    const instead =
      <T>(what: string, value: T) =>
      async () => {
        asked.push(`${what} with ${token}`)
        return value
      }
    return {
      manifest: instead('manifest', MANIFEST),
      manifests: instead('manifests', new Map([['1', MANIFEST]])),
      labels: instead('labels', { a: 'b' }),
      tag: instead('tag', true),
    }
  }
  const ecr = withLoginFallback(
    api,
    open,
    (line) => notices.push(line),
    () => now,
  )
  const end = () => {
    ended = true
  }
  return { ecr, asked, notices, end }
}

describe('a session that ends while the step runs', () => {
  test('is replaced by the login, which is said once', async () => {
    const { ecr, asked, notices, end } = ending(999)
    await ecr.authorization()
    end()
    expect(await ecr.manifest(REPOSITORY, { tag: '1' })).toBe(MANIFEST)
    expect(await ecr.manifests(REPOSITORY, ['1'])).toEqual(new Map([['1', MANIFEST]]))
    expect(await ecr.labels(REPOSITORY, MANIFEST)).toEqual({ a: 'b' })
    expect(await ecr.tag(REPOSITORY, MANIFEST, '2')).toBe(true)
    expect(await ecr.authorization()).toBe(LOGIN)
    expect(asked).toEqual(['manifest with t', 'manifests with t', 'labels with t', 'tag with t'])
    expect(notices).toEqual([expect.stringMatching(/^The session has expired\. .*'assume_role'.* login is used/)])
  })

  test('is an error with its cure where the login has ended as well', async () => {
    const { ecr, asked, end } = ending(1_000)
    await ecr.authorization()
    end()
    await expect(ecr.tag(REPOSITORY, MANIFEST, '2')).rejects.toThrow(/^The session has expired\. .*'assume_role'/)
    expect(asked).toEqual([])
  })

  test('is the error that it was where there was no login yet', async () => {
    const { ecr, end } = ending(0)
    end()
    await expect(ecr.authorization()).rejects.toThrow(/^The session has expired\.$/)
  })
})

test('another error stays what it is', async () => {
  const { ecr, asked, end } = ending(0, failure('AccessDeniedException'))
  await ecr.authorization()
  end()
  await expect(ecr.manifest(REPOSITORY, { tag: '1' })).rejects.toThrow(/^The session has expired\.$/)
  expect(asked).toEqual([])
})
