import { Failure, type Manifest } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { pushTags } from '../../src/push/push-tags.ts'
import { latestGuard } from '../../src/tags/latest-guard.ts'
import { DIGEST, MANIFEST, memoryPorts, OTHER, REPOSITORY } from '../support/ports.ts'

const LOGIN = { DOCKER_CONFIG: '/tmp/login' }

function push(tags: readonly [string, ...string[]], ports = memoryPorts(), job = memoryJob(), contentTag?: string) {
  const image = {
    choose: async ([reference]: readonly [string, ...string[]]) => reference,
    push: ports.docker.push,
    isBuilt: ({ digest }: Manifest) => digest === DIGEST,
  }
  const target = { repository: REPOSITORY, tags, contentTag, login: LOGIN, compat: 'none' as const }
  return pushTags(target, latestGuard(REPOSITORY, ports.ecr, job), { image, ecr: ports.ecr }, job)
}

const moved = (what: string, right = '') =>
  new Failure(
    `${what} but not ${DIGEST}, which this step pushed: another job moved it at the same time.${right} Let only one job push a tag, for example with 'concurrency:'.`,
  )

describe('pushTags', () => {
  test('pushes the layers once, with the login, and only tags the rest, in order', async () => {
    const ports = memoryPorts()
    const job = memoryJob()
    expect(await push(['1.2', '1', 'latest'], ports, job)).toEqual({ manifest: MANIFEST, tags: ['1.2', '1', 'latest'] })
    expect(ports.calls).toEqual([`push ${REPOSITORY.uri}:1.2`, 'tag 1', 'tag latest'])
    expect(ports.logins).toEqual([LOGIN])
    expect([...ports.tags].map(([tag, { digest }]) => `${tag} ${digest}`)).toEqual(
      ['1.2', '1', 'latest'].map((tag) => `${tag} ${DIGEST}`),
    )
    expect(job.changes).toEqual(['pushed team/app:1.2', 'tagged team/app:1', 'tagged team/app:latest'])
    expect(job.told.lines).toEqual([`Tagged ${REPOSITORY.uri}:1`, `Tagged ${REPOSITORY.uri}:latest`])
  })

  test.each([
    [['in-1', '1.2', 'latest'], '1.2'],
    [['latest', '1.2'], '1.2'],
    [['in-1', 'latest'], 'in-1'],
    [['latest'], 'latest'],
  ] as const)("pushes %j under '%s': 'latest' and a tag for content come last", async (tags, first) => {
    const ports = memoryPorts()
    await push(tags, ports, memoryJob(), 'in-1')
    expect(ports.calls[0]).toBe(`push ${REPOSITORY.uri}:${first}`)
  })

  test.each<[string, readonly [string, Manifest][]]>([
    ['missing', []],
    [OTHER.digest, [['1.2', OTHER]]],
  ])('stops when the first tag is %s after the push', async (found, there) => {
    const ports = memoryPorts()
    const job = memoryJob()
    ports.ecr.manifests = async () => new Map(there)
    await expect(push(['1.2', 'latest'], ports, job)).rejects.toThrow(moved(`Tag '1.2' of team/app is ${found}`))
    expect(ports.calls).toEqual([`push ${REPOSITORY.uri}:1.2`])
    expect(job.changes).toEqual(['pushed team/app:1.2'])
  })

  describe('when ECR does not answer to a tag', () => {
    const LOST = new Failure('ecr:PutImage failed: AWS cannot be reached.')

    test('goes on where it was set all the same', async () => {
      const ports = memoryPorts()
      const { tag: set } = ports.ecr
      ports.ecr.tag = async (...call) => {
        await set(...call)
        throw LOST
      }
      const job = memoryJob()
      expect(await push(['1.2', '1'], ports, job)).toEqual({ manifest: MANIFEST, tags: ['1.2', '1'] })
      expect(job.changes).toEqual(['pushed team/app:1.2', 'tagged team/app:1'])
    })

    test('fails where it was not, and says where that cannot be known', async () => {
      const ports = memoryPorts()
      ports.ecr.tag = () => Promise.reject(LOST)
      await expect(push(['1.2', '1'], ports)).rejects.toBe(LOST)
      const { manifests } = ports.ecr
      ports.ecr.manifests = (repository, ids) =>
        ids.join() === '1' ? Promise.reject(LOST) : manifests(repository, ids)
      await expect(push(['1.2', '1'], ports)).rejects.toThrow(
        'ecr:PutImage failed: AWS cannot be reached. Whether team/app:1 was tagged is not known.',
      )
    })
  })

  test('fails when tags are not what they were set to, and says which are', async () => {
    const ports = memoryPorts()
    ports.ecr.tag = async (_, manifest, tag) => {
      ports.tags.set(tag, tag === '1' ? OTHER : manifest)
      if (tag === 'latest') ports.tags.delete('1.2')
      return true
    }
    await expect(push(['1.2', '1', 'latest'], ports)).rejects.toThrow(
      moved(
        `Tag '1.2' of team/app is missing, Tag '1' of team/app is ${OTHER.digest}`,
        " What this step pushed is behind 'latest'.",
      ),
    )
  })
})
