import { env } from 'node:process'
import { ListImagesCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { docker } from '../../../packages/docker-engine/src/images.ts'
import type { Engine } from '../../../packages/docker-engine/src/index.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob, type Step } from '../../../packages/runner-harness/src/index.ts'
import type { With } from '../../../packages/runner-harness/src/inputs.ts'
import { clientOf, digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { BUILDER_IMAGE, useBuilderImage } from '../../support/builder-image.ts'
import { useBuildkit, useRemoteBuilders } from '../../support/buildkit.ts'
import { imageConfig, imageText } from '../../support/image-config.ts'
import { errorsOf } from '../../support/push/push-run.ts'

/** Jobs of a crowd, and of the rounds with slow pushes and of matrices. */
const JOBS = 12
const RIVALS = 6

/** How often each kind of crowd runs, and builds follow each other; more of both with `ROUNDS=3 BUILDS=20`. */
const ROUNDS = Number(env['ROUNDS'] ?? 1)
const BUILDS = Number(env['BUILDS'] ?? 2)

/** Nobody asks what the steps have started, and to look for that takes more time than they do. */
const LOOK = 100

/** Long enough that every job has built before the first one of them has pushed. */
const SLOW_PUSH = { service: 'registry', operation: 'POST uploads', delayMs: 1_500 } as const

/** One of the jobs that run at the same time. */
interface Runner {
  readonly name: string
  readonly tags: readonly string[]
  /** The tag that nobody else pushes, if there is one. */
  readonly own: string | undefined
}

const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

/** Each has a tag of its own beside one that all have. */
const crowd = (round: number): Runner[] =>
  numbered(JOBS).map((number) => {
    const own = `job-${round}-${number}`
    return { name: own, tags: ['main', own], own }
  })

/** Half of them have nothing but the tag that all have. */
const rivals = (round: number): Runner[] =>
  numbered(RIVALS).map((number) => {
    const name = `rival-${round}-${number}`
    const own = number % 2 === 0 ? name : undefined
    return { name, tags: ['main', ...(own === undefined ? [] : [own])], own }
  })

/** Matrices of two jobs, which share the tag of their commit. */
const matrices = (round: number): Runner[] =>
  numbered(RIVALS / 2).flatMap((number) =>
    ['api', 'worker'].map((part) => {
      const own = `${part}-${round}-${number}`
      return { name: own, tags: [`sha-${round}-${number}`, own], own }
    }),
  )

/** What a job says that has lost a tag to another one. */
const LOSERS = /: another job moved it at the same time\.|^The engine did not push the image that this step built: /

/** The tests of a machine whose jobs share one Docker. */
function share(engine: () => Engine, given: With = {}): void {
  let ecr: EcrLocal
  beforeAll(async () => {
    ecr = await startEcrLocal()
  })
  afterAll(() => ecr?.close())
  let before: string[] | undefined
  const images = async () =>
    (await docker(engine(), 'image', 'ls', '--all', '--quiet', '--no-trunc')).split('\n').sort()
  beforeEach(async () => {
    before ??= await images()
  })

  async function run({ name, tags }: Runner, changes: With = {}): Promise<Step> {
    await using job = await createJob({
      machine: { ...engine().env, ...ecr.environment },
      lookEveryMs: LOOK,
      workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: `the app of ${name};` },
    })
    const inputs = { repo: 'app', create_repo: true, tags: tags.join(), labels: `of=${name}`, skip_if_exists: 'inputs' }
    const step = await job.run('ecr-push', { with: { ...inputs, ...given, ...changes } })
    await job.post()
    return step
  }

  /** Whose image it is, by its label and by its content. */
  async function ownerOf(reference: string): Promise<string> {
    const { config } = await imageConfig(ecr, 'app', reference)
    const [, content] = /the app of ([^;]+);/.exec(await imageText(ecr, 'app', reference)) ?? []
    expect(content, reference).toBe(config.Labels?.['of'])
    return content ?? ''
  }

  async function rounds(runners: (round: number) => readonly Runner[]): Promise<void> {
    for (const round of numbered(ROUNDS)) await all(runners(round))
  }

  /** Runs all of them at once; nobody may publish the image of another one, or fail for another reason than that. */
  async function all(runners: readonly Runner[]): Promise<void> {
    const steps = await Promise.all(runners.map(async (runner) => ({ runner, step: await run(runner) })))
    for (const { runner, step } of steps) {
      const { name, own } = runner
      const now = own === undefined ? step.outputs['digest'] : await digestOf(ecr, 'app', own)
      for (const [, tag = ''] of step.log.matchAll(/^Tagged \S+:(in-[0-9a-f]+)$/gm)) {
        expect(await ownerOf(tag), `${name}\n${step.log}`).toBe(name)
      }
      if (step.conclusion === 'success') {
        const { digest = '', tags = '' } = step.outputs
        expect([now, await ownerOf(digest)], step.log).toEqual([digest, name])
        expect(tags, step.log).toMatch(/,in-/)
      } else {
        expect(errorsOf(step), step.log).toEqual([expect.stringMatching(LOSERS)])
        if (now !== undefined && (await ownerOf(now)) !== name) expect(errorsOf(step)[0]).toContain(now)
      }
    }
    // The one that was last has nobody who takes its tags.
    expect(steps.map(({ step }) => step.conclusion)).toContain('success')
  }

  it('publishes what each of 12 jobs has built', () => rounds(crowd))

  it('publishes what each of the rivals for a tag has built, with slow pushes', async () => {
    ecr.addFault(SLOW_PUSH)
    await rounds(rivals)
    ecr.clearFaults()
  })

  it('publishes what each job of a matrix has built', () => rounds(matrices))

  it('names every tag for content after the image that has it', async () => {
    const { imageIds = [] } = await clientOf(ecr).send(
      new ListImagesCommand({ repositoryName: 'app', filter: { tagStatus: 'TAGGED' } }),
    )
    const tags = imageIds.map(({ imageTag = '' }) => imageTag).filter((tag) => tag.startsWith('in-'))
    expect(tags.length).toBeGreaterThanOrEqual(4)
  })

  it('has one image under all its tags with load, in place of the older one', async () => {
    const tags = ['1', 'stable']
    let last: Step | undefined
    for (const number of numbered(BUILDS)) {
      last = await run({ name: `loaded-${number}`, tags, own: '1' }, { load: true, skip_if_exists: 'never' })
      expect(last.conclusion, last.log).toBe('success')
    }
    const names = tags.map((tag) => `${ecr.registry}/app:${tag}`)
    const list = async (...words: string[]) =>
      (await docker(engine(), 'image', 'ls', '--no-trunc', ...words)).split('\n')
    expect((await list('--format={{.Repository}}:{{.Tag}}', `${ecr.registry}/app`)).sort()).toEqual(names)
    const loaded = new Set(await list('--quiet'))
    expect([...loaded].filter((id) => !before?.includes(id))).toHaveLength(1)
    expect(await docker(engine(), 'image', 'inspect', '--format={{.Config.Labels.of}}', names[1] ?? '')).toBe(
      `loaded-${BUILDS}`,
    )
    await docker(engine(), 'image', 'rm', ...names)
  })

  it('leaves as many images in the engine as there were', async () => {
    for (const number of numbered(BUILDS)) {
      const step = await run({ name: `follower-${number}`, tags: ['next'], own: 'next' }, { skip_if_exists: 'never' })
      expect(step.conclusion, step.log).toBe('success')
    }
    expect(await images()).toEqual(before)
  })
}

describe.each(['bookworm', 'sid-classic', 'sid'] as const)('jobs that share the engine of %s', (kind) => {
  const engine = useEngine(kind)
  share(engine)
})

describe('jobs that share a builder in a container', () => {
  const engine = useEngine('sid-classic')
  useBuilderImage(engine)
  let made: Promise<string> | undefined
  beforeEach(async () => {
    const driver = ['--driver=docker-container', `--driver-opt=network=host,image=${BUILDER_IMAGE}`]
    made ??= docker(engine(), 'buildx', 'create', '--name=contained', ...driver, '--bootstrap')
    await made
  })
  share(engine, { builder: 'contained' })
})

describe('jobs that share a remote builder', () => {
  const buildkit = useBuildkit()
  const engine = useEngine('sid')
  useRemoteBuilders(engine, buildkit)
  share(engine, { builder: 'far' })
})
