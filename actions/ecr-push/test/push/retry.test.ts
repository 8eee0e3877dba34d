import { Failure, PushFailure } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { pushWithRetry } from '../../src/push/retry.ts'

const REFERENCE = 'registry/app:1'
const BUSY = 'toomanyrequests: Rate exceeded'
const EXPIRED = 'denied: Your authorization token has expired. Reauthenticate and try again.'
const BARE = 'unexpected status from HEAD request to http://r/v2/: 403 Forbidden'

/** A docker whose pushes fail with these lines in turn, and then succeed. */
async function push(lines: readonly (string | Error)[], retries = 5) {
  const left = [...lines]
  const events: string[] = []
  const pauses: number[] = []
  const job = memoryJob()
  const docker = {
    async push(reference: string) {
      events.push('push')
      const line = left.shift()
      if (line === undefined) return 'sha256:ab'
      throw typeof line === 'string' ? new PushFailure(reference, line) : line
    },
  }
  const care = {
    retries,
    renew: async () => void events.push('renew'),
    explain: async () => 'It is full.',
    pause: async (milliseconds: number) => void pauses.push(milliseconds),
  }
  const result = await pushWithRetry(docker, care, job)(REFERENCE, {}).catch((error: Error) => error.message)
  return { result, events, pauses, told: job.told.lines }
}

describe('pushWithRetry', () => {
  test('waits out what may pass, each pause at most twice as long as the one before', async () => {
    const { result, pauses, told } = await push([BUSY, BUSY, BUSY])
    expect(result).toBe('sha256:ab')
    expect(pauses.map((pause, index) => pause >= 0 && pause <= 2_000 * 2 ** index)).toEqual([true, true, true])
    expect(told[0]).toBe(`Pushing ${REFERENCE} failed: ${BUSY} Retrying (1 of 5).`)
  })

  test('gives up after its retries, and says so', async () => {
    const { result, events } = await push([BUSY, BUSY, BUSY, BUSY], 2)
    expect(result).toBe(`Pushing ${REFERENCE} failed: ${BUSY}. It was retried 2 times.`)
    expect(events).toEqual(['push', 'push', 'push'])
    expect((await push([BUSY, BUSY], 1)).result).toContain('retried once.')
    expect((await push([BUSY], 0)).result).toBe(`Pushing ${REFERENCE} failed: ${BUSY}`)
  })

  test('no pause is longer than a minute', async () => {
    const { pauses } = await push(Array(20).fill(BUSY), 20)
    expect(pauses).toHaveLength(20)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000)
  })

  test.each(['unsupported: ', 'error from registry: '])(
    'says what to change about an image without layers: %s',
    async (said) => {
      const line = `${said}Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Image has to have at least 1 layer'`
      const { result, events } = await push([line])
      expect(result).toBe(`Pushing ${REFERENCE} failed: ${line}. Add a layer to it, for example with 'WORKDIR /app'.`)
      expect(events).toEqual(['push'])
    },
  )

  test.each([EXPIRED, BARE])('logs in anew once for %j', async (line) => {
    const { result, events } = await push([line])
    expect([result, events]).toEqual(['sha256:ab', ['push', 'renew', 'push']])
  })

  test('asks why when the new login is refused as well', async () => {
    expect(await push([EXPIRED, BARE])).toMatchObject({
      result: `Pushing ${REFERENCE} failed: ${BARE}. It is full.`,
      events: ['push', 'renew', 'push'],
    })
  })

  test('blames the session where a login that is new counts as expired', async () => {
    const { result, events } = await push([EXPIRED, EXPIRED])
    expect(result).toMatch(/^Pushing \S+ failed: .* The login had just been renewed, .* AWS session/)
    expect(events).toEqual(['push', 'renew', 'push'])
  })

  test.each(['denied: ', 'error from registry: '])('has the statement that allows what is %j', async (start) => {
    const denial = `User: arn:aws:iam::1:user/ci is not authorized to perform: ecr:UploadLayerPart on resource: arn:aws:ecr:r:1:repository/app because no identity-based policy allows the ecr:UploadLayerPart action`
    const { result, events } = await push([start + denial])
    expect(result).toBe(
      `Pushing ${REFERENCE} failed: AWS denies ecr:UploadLayerPart to arn:aws:iam::1:user/ci. Add this statement to its IAM policy: {"Effect":"Allow","Action":"ecr:UploadLayerPart","Resource":"arn:aws:ecr:r:1:repository/app"}`,
    )
    expect(events).toEqual(['push'])
  })

  test.each([
    "tag invalid: The image tag '1' already exists in the 'r' repository and cannot be overwritten because the tag is immutable.",
    new Failure('Docker pushed but reported no digest'),
  ])('tries nothing again that will not pass', async (line) => {
    expect((await push([line])).events).toEqual(['push'])
  })
})
