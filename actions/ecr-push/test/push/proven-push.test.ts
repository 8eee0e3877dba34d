import { Failure, type Manifest, PushFailure } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { provenPush } from '../../src/push/proven-push.ts'
import { DIGEST, MANIFEST, OTHER, REPOSITORY } from '../support/ports.ts'

const REFERENCE = `${REPOSITORY.uri}:1`
const GONE = `An image does not exist locally with the tag: ${REPOSITORY.uri}`
const TAG_GONE = `tag does not exist: ${REFERENCE}`
const IMMUTABLE =
  "tag invalid: The image tag '1' already exists and cannot be overwritten because the tag is immutable."

/** Pushes that come to these images in turn, or fail with these lines; the last one goes on for ever. */
async function push(outcomes: readonly [Manifest | string, ...(Manifest | string)[]]) {
  const job = memoryJob()
  const pauses: number[] = []
  const registry = new Map<string, Manifest>()
  let pushes = 0
  const image = {
    choose: async ([reference]: readonly [string, ...string[]]) => reference,
    async push(reference: string) {
      const outcome = outcomes[Math.min(pushes++, outcomes.length - 1)] ?? ''
      if (typeof outcome === 'string') throw new PushFailure(reference, outcome)
      for (const id of ['1', outcome.digest]) registry.set(id, outcome)
      return outcome.digest
    },
    isBuilt: ({ digest }: Manifest) => digest === DIGEST,
  }
  const ecr = {
    manifests: async (_: unknown, ids: readonly string[]) =>
      new Map(ids.flatMap((id) => (registry.has(id) ? [[id, registry.get(id) as Manifest] as const] : []))),
  }
  const target = { repository: REPOSITORY, tags: ['1', 'latest'], candidates: ['1'], login: {} } as const
  const pause = async (milliseconds: number) => void pauses.push(milliseconds)
  const done = await provenPush(target, image, ecr, job, pause).catch((error: Error) => error)
  return { done, pushes, pauses, changes: job.changes, told: job.told.lines }
}

describe('provenPush', () => {
  test('ends with the first push of the image that was built', async () => {
    const { done, pushes, pauses, changes } = await push([MANIFEST])
    expect(done).toMatchObject({ tag: '1', digest: DIGEST })
    expect([pushes, pauses, changes]).toEqual([1, [], ['pushed team/app:1']])
  })

  test.each([
    ["another job's image", OTHER, `its image ${OTHER.digest}`],
    ['no image under the name', GONE, 'nothing'],
    ['no such tag', TAG_GONE, 'nothing'],
  ])('pushes again after %s', async (_, first, what) => {
    const { done, pushes, pauses, changes, told } = await push([first, first, MANIFEST])
    expect(done).toMatchObject({ tag: '1', digest: DIGEST })
    expect([pushes, changes]).toEqual([3, ['pushed team/app:1']])
    expect(pauses.map((pause, index) => pause <= 250 * 2 ** index)).toEqual([true, true])
    expect(told[0]).toBe(
      `Another job on this engine took the name ${REFERENCE}, so ${what} was pushed. Pushing this step's image again (1 of 7).`,
    )
  })

  test('gives up after eight pushes, and says which tags hold which image', async () => {
    const { done, pushes, changes } = await push([OTHER])
    expect(done).toEqual(
      new Failure(
        `The engine did not push the image that this step built: 8 times another job took its name ${REFERENCE} before 'docker push' had read it. In team/app now: tag '1' is ${OTHER.digest}, which this step did not build. Let only one job at a time push ${REFERENCE} from this engine, for example with 'concurrency:', or build with a builder of the driver docker-container.`,
      ),
    )
    expect([pushes, changes]).toEqual([8, ['pushed team/app:1']])
  })

  test('says what an immutable tag holds that got the image of another job', async () => {
    const { done, pushes } = await push([OTHER, IMMUTABLE])
    expect((done as Failure).message).toMatch(
      /^The engine did not push .*: once another job took its name .* cannot be overwritten because the tag is immutable\. In team\/app now: tag '1' is sha256:cd/,
    )
    expect(pushes).toBe(2)
  })

  test('leaves other failures to those who know them', async () => {
    const { done, pushes } = await push([IMMUTABLE])
    expect([(done as Failure).message, pushes]).toEqual([`Pushing ${REFERENCE} failed: ${IMMUTABLE}`, 1])
  })
})
