import { Failure, type Manifest } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { pushTags } from '../src/push.ts'
import { DIGEST, memoryPorts, REPOSITORY } from './support/ports.ts'

const LOGIN = { DOCKER_CONFIG: '/tmp/login' }

const push = (tags: readonly [string, ...string[]], ports = memoryPorts(), job = memoryJob()) =>
  pushTags(REPOSITORY, tags, LOGIN, ports, job)

const OTHER: Manifest = { digest: `sha256:${'cd'.repeat(32)}`, mediaType: '', body: '' }

const moved = (tag: string, found: string) =>
  new Failure(
    `Tag '${tag}' of team/app is ${found} and not ${DIGEST}, which this step pushed: another job moved it at the same moment. Let only one job push a tag, for example with 'concurrency:'.`,
  )

describe('pushTags', () => {
  test('pushes the layers once, with the login, and only tags the rest, in order', async () => {
    const ports = memoryPorts()
    const job = memoryJob()
    expect(await push(['1.2', '1', 'latest'], ports, job)).toBe(DIGEST)
    expect(ports.calls).toEqual([`push ${REPOSITORY.uri}:1.2`, 'tag 1', 'tag latest'])
    expect(ports.logins).toEqual([LOGIN])
    expect([...ports.tags].map(([tag, { digest }]) => `${tag} ${digest}`)).toEqual(
      ['1.2', '1', 'latest'].map((tag) => `${tag} ${DIGEST}`),
    )
    expect(job.changes).toEqual(['pushed team/app:1.2', 'tagged team/app:1', 'tagged team/app:latest'])
    expect(job.told.lines).toEqual([`Tagged ${REPOSITORY.uri}:1`, `Tagged ${REPOSITORY.uri}:latest`])
  })

  test.each([
    ['missing', undefined],
    [OTHER.digest, OTHER],
  ])('stops when the first tag is %s after the push', async (found, manifest) => {
    const ports = memoryPorts()
    const job = memoryJob()
    ports.ecr.manifest = async () => manifest
    await expect(push(['1.2', 'latest'], ports, job)).rejects.toThrow(moved('1.2', found))
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
      expect(await push(['1.2', '1'], ports, job)).toBe(DIGEST)
      expect(job.changes).toEqual(['pushed team/app:1.2', 'tagged team/app:1'])
    })

    test('fails where it was not, and says where that cannot be known', async () => {
      const ports = memoryPorts()
      ports.ecr.tag = () => Promise.reject(LOST)
      await expect(push(['1.2', '1'], ports)).rejects.toBe(LOST)
      const { manifest } = ports.ecr
      ports.ecr.manifest = (repository, id) =>
        'tag' in id && id.tag === '1' ? Promise.reject(LOST) : manifest(repository, id)
      await expect(push(['1.2', '1'], ports)).rejects.toThrow(
        'ecr:PutImage failed: AWS cannot be reached. Whether team/app:1 was tagged is not known.',
      )
    })
  })

  test('stops when a further tag is not what it was set to', async () => {
    const ports = memoryPorts()
    const job = memoryJob()
    ports.ecr.tag = async (_, __, tag) => void ports.tags.set(tag, OTHER)
    await expect(push(['1.2', '1', 'latest'], ports, job)).rejects.toThrow(moved('1', OTHER.digest))
    expect(job.changes).toEqual(['pushed team/app:1.2', 'tagged team/app:1'])
  })
})
