import { afterAll, describe, expect, it } from 'vitest'
import { buildProblem } from '../../packages/core/src/build-log/build-log.ts'
import { buildWarnings } from '../../packages/core/src/build-log/build-warnings.ts'
import { type Recording, readRecordings, writeRecordings } from '../../packages/core/test/support/build-recordings.ts'
import {
  BUILDERS,
  FAILING_BUILDS,
  type FailingBuild,
  type FailingBuilder,
  REGISTRY,
  REGISTRY_SHOWN,
} from '../../packages/core/test/support/failing-build.ts'
import { docker } from '../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { useBuildkit } from '../support/buildkit.ts'
import { gate } from '../support/gate.ts'
import { isOld, openToAll, recordWith } from './support/build-daemons.ts'
import { type RefusingRegistry, startRefusingRegistry } from './support/refusing-registry.ts'

/** Builds that run at the same time with one builder. */
const AT_ONCE = 2

/** With UPDATE=1, everything is built and recorded anew; then also read packages/core/test/build-failures.test.ts. */
const RECORDS = process.env['UPDATE'] === '1'

function told(title: string, { stdout, stderr }: Recording) {
  const text = FAILING_BUILDS[title]?.files?.['Dockerfile']?.replaceAll(REGISTRY, REGISTRY_SHOWN)
  const { message, line } = buildProblem(stdout, stderr, { name: 'Dockerfile', text })
  return { first: message.split('\n')[0], line, warnings: buildWarnings(stderr) }
}

describe('a build that fails', { timeout: RECORDS ? 1_800_000 : 300_000 }, () => {
  const old = useEngine('bookworm')
  const young = useEngine('sid')
  const buildkit = useBuildkit()
  let registry: Promise<RefusingRegistry> | undefined
  let remote: Promise<string> | undefined
  afterAll(async () => (await registry)?.[Symbol.asyncDispose]())

  async function placeOf(builder: FailingBuilder) {
    registry ??= startRefusingRegistry()
    const { host } = await registry
    if (isOld(builder)) return { builder, env: old().env, registry: host }
    if (builder === 'buildx') return { builder, env: young().env, registry: host }
    remote ??= docker(young(), 'buildx', 'create', '--name=far', '--driver=remote', buildkit().endpoint)
    await remote
    return { builder, env: young().env, registry: host, name: 'far' }
  }

  async function record(builder: FailingBuilder, wanted: (build: FailingBuild) => boolean | undefined) {
    const place = await placeOf(builder)
    const passing = gate(AT_ONCE)
    const titles = Object.keys(FAILING_BUILDS).filter((title) => {
      const build = FAILING_BUILDS[title] ?? {}
      return !build.not?.includes(builder) && wanted(build)
    })
    const run = async (title: string) =>
      [title, await passing(() => recordWith(FAILING_BUILDS[title] ?? {}, place))] as const
    return Object.fromEntries(await Promise.all(titles.map(run)))
  }

  it.concurrent.each(BUILDERS)('says with %s what it said when it was recorded', async (builder) => {
    if (RECORDS) {
      openToAll(old())
      writeRecordings(builder, await record(builder, () => true))
    }
    const before = readRecordings(builder)
    const now = await record(builder, ({ live }) => live)
    expect(Object.keys(now).length).toBeGreaterThan(10)
    for (const [title, recording] of Object.entries(now)) {
      expect(told(title, recording), title).toEqual(told(title, before[title] ?? recording))
    }
  })
})
