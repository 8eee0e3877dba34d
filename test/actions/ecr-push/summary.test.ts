import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'

describe('the job summary of ecr-push', () => {
  const engine = useEngine()
  let ecr: EcrLocal
  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  it('tells what became of each tag, how large the image is and what was tried again', async () => {
    await using job = await createJob({
      machine: { ...engine().env, ...ecr.environment },
      workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' },
    })
    const push = async (given: Readonly<Record<string, string>>) => {
      const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, ...given } })
      expect(step.conclusion, step.log).toBe('success')
      return step
    }
    const first = await push({ tags: '1,latest' })
    expect(first.summary).toContain('### <code>app</code>: pushed\n')
    expect(first.summary).toMatch(/\| <code>1<\/code> \| new \|\n\| <code>latest<\/code> \| new \|/)
    expect(first.summary).toMatch(/^\| (Size|Image for <code>linux\/\w+<\/code>) \| [\d.]+ k?B \|$/m)
    expect(first.summary).toContain(`docker pull ${first.outputs['image_digest_ref']}`)
    expect(first.summary).not.toContain('Tried again')

    writeFileSync(join(job.folders.workspace, 'app'), 'another app')
    ecr.addFault({ service: 'registry', operation: 'PutImage', error: 'ThrottlingException', times: 1 })
    const second = await push({ tags: '2,latest' })
    expect(second.summary).toMatch(/\| <code>2<\/code> \| new \|/)
    const old = first.outputs['digest']?.slice('sha256:'.length, 'sha256:'.length + 12)
    expect(second.summary).toContain(`| <code>latest</code> | moved from <code>sha256&#58;${old}</code> |`)
    expect(second.summary).toMatch(/^Tried again:\n\n- <code>Pushing .*Rate exceeded/m)

    const third = await push({ tags: '2,latest,stable', skip_if_exists: 'tag' })
    expect(third.summary).toContain('### <code>app</code>: nothing pushed\n')
    expect(third.summary).toContain('| <code>2</code> | already had this image |')
    expect(third.summary).toContain('| <code>latest</code> | already had this image |')
    expect(third.summary).toContain('| <code>stable</code> | new |')
    expect(third.summary).toContain(`docker pull ${second.outputs['image_digest_ref']}`)
  })
})
