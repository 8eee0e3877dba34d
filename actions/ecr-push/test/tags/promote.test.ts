import { Failure, type Manifest } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { RUN_ID_LABEL } from '../../src/tags/image-labels.ts'
import { latestGuard } from '../../src/tags/latest-guard.ts'
import { promote } from '../../src/tags/promote.ts'
import { MANIFEST, memoryPorts, OTHER, REPOSITORY } from '../support/ports.ts'

const SOURCE = 'https://github.com/octo-org/app'

const labelsOf = (run: number, source = SOURCE) => ({
  'org.opencontainers.image.source': source,
  [RUN_ID_LABEL]: String(run),
})

/** An image of run 5 that is to be `1` and `latest`, where `latest` is another one's. */
function promotionOf(latest: Manifest | null = OTHER, given: readonly string[] = []) {
  const ports = memoryPorts()
  if (latest !== null) ports.tags.set('latest', latest)
  const job = memoryJob({
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'octo-org/app',
    GITHUB_RUN_ID: '5',
  })
  const there = new Map(ports.tags)
  const promotion = {
    repository: REPOSITORY,
    manifest: MANIFEST,
    tags: ['1', 'latest'],
    there,
    compat: 'none' as const,
  }
  const guard = latestGuard(REPOSITORY, ports.ecr, job, given)
  return { ports, job, run: (insist = false) => promote(promotion, insist ? undefined : guard, ports.ecr, job) }
}

const LEFT = `notice: 'latest' of team/app is not moved: ${OTHER.digest} belongs to run 6, which is newer than this run 5. Set 'latest: true' to insist on it.`

describe('latest', () => {
  test.each<[string, Record<string, string> | undefined]>([
    ['of an older run', labelsOf(4)],
    ['of the same run', labelsOf(5)],
    ['of a run of another repository', labelsOf(6, `${SOURCE}2`)],
    ['of an image without labels', undefined],
  ])('moves away from an image %s', async (_, labels) => {
    const { ports, run } = promotionOf()
    if (labels !== undefined) ports.labels.set(OTHER.digest, labels)
    expect(await run()).toEqual(['1', 'latest'])
    expect(ports.tags.get('latest')).toBe(MANIFEST)
    expect(ports.calls).toEqual(['tag 1', 'labels cdcd', 'tag latest'])
  })

  const UNCHECKED = "notice: Moving 'latest' of team/app without checking which run is newer: "

  test.each<[string, Record<string, string> | undefined]>([
    ['without labels', undefined],
    ['that does not say its repository', { [RUN_ID_LABEL]: '6' }],
    ['that does not say its run', { 'org.opencontainers.image.source': SOURCE }],
  ])('moves away from an image %s with a notice', async (_, labels) => {
    const { ports, job, run } = promotionOf()
    if (labels !== undefined) ports.labels.set(OTHER.digest, labels)
    expect(await run()).toEqual(['1', 'latest'])
    expect(job.told.lines.filter((line) => line.startsWith('notice'))).toEqual([
      `${UNCHECKED}${OTHER.digest} has no labels that name its run. Images that this action builds with 'auto_labels: true' have them.`,
    ])
  })

  test.each(['org.opencontainers.image.source=', 'org.opencontainers.image.source', `${RUN_ID_LABEL}=none`])(
    "moves with a notice where this run's image is labelled %s",
    async (label) => {
      const { ports, job, run } = promotionOf(OTHER, [label])
      ports.labels.set(OTHER.digest, labelsOf(6))
      expect(await run()).toEqual(['1', 'latest'])
      expect(job.told.lines).toContain(`${UNCHECKED}the input 'labels' replaces those that name this run.`)
    },
  )

  test('goes by the source that the user gives', async () => {
    const { ports, run } = promotionOf(OTHER, [`org.opencontainers.image.source=${SOURCE}/part`])
    ports.labels.set(OTHER.digest, labelsOf(6))
    expect(await run()).toEqual(['1', 'latest'])
    const part = promotionOf(OTHER, [`org.opencontainers.image.source=${SOURCE}/part`])
    part.ports.labels.set(OTHER.digest, labelsOf(6, `${SOURCE}/part`))
    expect(await part.run()).toEqual(['1'])
  })

  test('moves where there is none yet', async () => {
    const { ports, run } = promotionOf(null)
    expect(await run()).toEqual(['1', 'latest'])
    expect(ports.calls).toEqual(['tag 1', 'tag latest'])
  })

  test('is left on the image of a newer run, unless it is insisted on', async () => {
    const { ports, job, run } = promotionOf()
    ports.labels.set(OTHER.digest, labelsOf(6))
    expect(await run()).toEqual(['1'])
    expect(ports.tags.get('latest')).toBe(OTHER)
    expect(job.told.lines).toContain(LEFT)
    expect(job.changes).toEqual(['tagged team/app:1'])
    expect(await run(true)).toEqual(['1', 'latest'])
  })

  test('is left to a newer run that comes while the labels are read', async () => {
    const { ports, job, run } = promotionOf({ ...OTHER, digest: `sha256:${'01'.repeat(32)}` })
    const { labels } = ports.ecr
    ports.ecr.labels = async (...call) => {
      ports.tags.set('latest', OTHER)
      return labels(...call)
    }
    ports.labels.set(OTHER.digest, labelsOf(6))
    expect(await run()).toEqual(['1'])
    expect(job.told.lines).toContain(LEFT)
  })

  test('is left to a newer run that comes right after the move', async () => {
    const { ports, job, run } = promotionOf(null)
    ports.labels.set(OTHER.digest, labelsOf(6))
    const { tag } = ports.ecr
    ports.ecr.tag = async (...call) => {
      const moved = await tag(...call)
      if (call[2] === 'latest') ports.tags.set('latest', OTHER)
      return moved
    }
    expect(await run()).toEqual(['1'])
    expect(job.told.lines).toContain(LEFT)
  })

  test('is taken back from an older run that comes between, but not for ever', async () => {
    for (const times of [1, 4, 5]) {
      const { ports, job, run } = promotionOf(null)
      ports.labels.set(OTHER.digest, labelsOf(4))
      const { tag } = ports.ecr
      let left = times
      ports.ecr.tag = async (...call) => {
        const moved = await tag(...call)
        if (call[2] === 'latest' && left-- > 0) ports.tags.set('latest', OTHER)
        return moved
      }
      if (times === 5) await expect(run()).rejects.toThrow(/^Tag 'latest' of team\/app is sha256:cd.*behind '1'\./)
      else expect(await run()).toEqual(['1', 'latest'])
      expect(job.told.lines).toContain(`An older run moved 'latest' of team/app to ${OTHER.digest}; moving it back.`)
    }
  })

  test('moves with a notice where the labels cannot be read', async () => {
    const { ports, job, run } = promotionOf()
    ports.ecr.labels = () => Promise.reject(new Failure('The storage cannot be reached.'))
    expect(await run()).toEqual(['1', 'latest'])
    expect(job.told.lines).toContain(
      "notice: Moving 'latest' of team/app without checking which run is newer: The storage cannot be reached.",
    )
  })
})

test('a tag that has the image costs no write, and all together no question', async () => {
  const ports = memoryPorts()
  ports.ecr.manifests = () => Promise.reject(new Error('There is nothing to ask.'))
  const tags = ['1', 'latest']
  const there = new Map(tags.map((tag) => [tag, MANIFEST]))
  const promotion = { repository: REPOSITORY, manifest: MANIFEST, tags, there, compat: 'none' as const }
  expect(await promote(promotion, undefined, ports.ecr, memoryJob())).toEqual(tags)
  expect(ports.calls).toEqual([])
})

test('an index is no image for Lambda, and gets no tag', async () => {
  const ports = memoryPorts()
  const manifest = { ...MANIFEST, mediaType: 'application/vnd.oci.image.index.v1+json' }
  const promotion = { repository: REPOSITORY, manifest, tags: ['1'], there: new Map(), compat: 'lambda' as const }
  await expect(promote(promotion, undefined, ports.ecr, memoryJob())).rejects.toThrow(
    'which AWS Lambda does not accept',
  )
  expect(ports.calls).toEqual([])
})
