import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type BuildSpec, Failure, PushFailure, type Toolset } from '@container-actions/core'
import { memoryJob, scriptedExec } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { parseOptions } from '../src/inputs/given-options.ts'
import type { Inputs } from '../src/inputs.ts'
import { main } from '../src/main.ts'
import { BUILD_OPTIONS } from './support/build-options.ts'
import { CLASSIC_STORE, DIGEST, MANIFEST, memoryPorts, OTHER, REPOSITORY, RESULT, TOOLSETS } from './support/ports.ts'
import { workspace } from './support/workspace.ts'

/** A step whose sources are checked out; what is below `changes` differs from the usual step. */
function step(changes: Partial<Inputs> = {}, signal = new AbortController().signal) {
  const { path, dockerfile, temp, home } = workspace()
  const aws = { region: 'eu-central-1', accountId: undefined, keys: undefined, role: undefined }
  const inputs: Inputs = {
    aws,
    repo: 'team/app',
    registryId: undefined,
    createRepo: false,
    tags: ['1.2', 'latest'],
    dockerfile,
    path,
    builder: undefined,
    settings: { policyFile: undefined, scanOnPush: false },
    registryIds: [],
    extraBuildArgs: [],
    cacheFrom: [],
    prebuildScript: undefined,
    dryRun: false,
    push: true,
    load: false,
    latest: 'auto',
    immutableConflict: 'fail',
    skipIfExists: 'never',
    waitForDocker: 0,
    retagFrom: undefined,
    pushRetries: 5,
    build: BUILD_OPTIONS,
    ...changes,
  }
  const job = memoryJob({ RUNNER_TEMP: temp, HOME: home, PATH: '/bin' }, { signal })
  return { inputs, job, temp }
}

const BUILD = (path: string, builder: string, reference = 'OWN') =>
  `build ${reference} of ${path} and ${path}/Dockerfile by ${builder}`

/** An engine that pushes by names. */
const enginePorts = (options: Parameters<typeof memoryPorts>[0] = {}) =>
  memoryPorts({ toolset: CLASSIC_STORE, ...options })

describe('main', () => {
  test('checks, builds once, pushes once, tags, and gives every output', async () => {
    const { inputs, job } = step()
    const ports = enginePorts()
    expect(await main(inputs, ports, job)).toEqual({
      image: `${REPOSITORY.uri}:1.2`,
      images: `${REPOSITORY.uri}:1.2\n${REPOSITORY.uri}:latest`,
      tags: '1.2,latest',
      tag: '1.2',
      digest: DIGEST,
      image_digest_ref: `${REPOSITORY.uri}@${DIGEST}`,
      imageid: RESULT.imageId,
      metadata: RESULT.metadata,
      size_bytes: 0,
      repository: 'team/app',
      repository_uri: REPOSITORY.uri,
      registry: REPOSITORY.registry,
      registry_id: '123456789012',
      pushed: true,
      skipped: false,
      reason: '',
    })
    expect(ports.calls).toEqual([
      'docker version',
      'authorization',
      'find team/app',
      BUILD(inputs.path, 'buildx'),
      `name OWN ${REPOSITORY.uri}:1.2`,
      `push ${REPOSITORY.uri}:1.2`,
      'tag latest',
      `remove ${REPOSITORY.uri}:1.2`,
      'remove OWN',
    ])
    expect(job.changes).toEqual(['pushed team/app:1.2', 'tagged team/app:latest'])
  })

  test('says in the log and in the summary what it found and did', async () => {
    const { inputs, job } = step()
    await main(inputs, enginePorts(), job)
    expect(job.told.lines).toEqual([
      expect.stringMatching(/^group: Check Docker, AWS and the repository \(\+\d+ ms\)$/),
      "Docker: client 28.5.2; engine 28.5.1 with the classic image store; buildx 0.29.1; builder 'default' (docker, BuildKit 0.25.2, linux/amd64)",
      `Found repository ${REPOSITORY.uri}`,
      expect.stringMatching(/^group: Build \S+\/team\/app:1\.2 /),
      expect.stringMatching(/^group: Push /),
      `Tagged ${REPOSITORY.uri}:latest`,
      `Pushed ${REPOSITORY.uri}@${DIGEST}`,
    ])
    expect(job.told.summary).toEqual([expect.stringContaining(`docker pull ${REPOSITORY.uri}@${DIGEST}`)])
  })

  test('advises the plugin where only the classic builder is there', async () => {
    const { inputs, job } = step()
    const ports = memoryPorts({ builder: 'classic' })
    await main(inputs, ports, job)
    expect(job.told.lines).toContain(
      "notice: Docker's client 28.5.2 has no buildx plugin, so the image is built by the classic builder, without BuildKit. Install the plugin docker-buildx on the runner.",
    )
    expect(ports.calls).toContain(BUILD(inputs.path, 'classic'))
  })

  test('creates the repository where it may', async () => {
    const { inputs, job } = step({ createRepo: true })
    const ports = enginePorts({ exists: false })
    await main(inputs, ports, job)
    expect(job.changes).toEqual(['created repository team/app', 'pushed team/app:1.2', 'tagged team/app:latest'])
    expect(job.told.lines).toContain(`Created repository ${REPOSITORY.uri}`)
  })

  test('gives build and push one login of their own, which is in no variable and gone with the step', async () => {
    const { inputs, job, temp } = step()
    const ports = enginePorts()
    const { push } = ports.docker
    ports.docker.push = async (reference, login) => {
      const folder = login['DOCKER_CONFIG'] ?? ''
      expect(folder.startsWith(join(temp, 'ecr-push-'))).toBe(true)
      const { credHelpers } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
      expect(credHelpers).toEqual({ [REPOSITORY.registry]: basename(dirname(folder)) })
      return push(reference, login)
    }
    await main(inputs, ports, job)
    expect(ports.logins[0]).toBe(ports.logins[1])
    expect(JSON.stringify([ports.logins, job.told, ports.calls])).not.toMatch(/pass\b|QVdTOnBhc3M/)
    job.cleanUp()
    expect(readdirSync(temp)).toEqual([])
  })
})

describe('a builder outside of the engine', () => {
  const FAR = { ...TOOLSETS.buildx.selected, name: 'far', driver: 'remote' } as NonNullable<Toolset['selected']>
  const toolset = { ...TOOLSETS.buildx, selected: FAR }

  test('builds and pushes at once', async () => {
    const { inputs, job } = step({ builder: 'far' })
    const ports = memoryPorts({ toolset })
    const outputs = await main(inputs, ports, job)
    expect(outputs).toMatchObject({ digest: DIGEST, imageid: RESULT.imageId, metadata: RESULT.metadata, pushed: true })
    expect(ports.calls.slice(3)).toEqual([BUILD(inputs.path, 'buildx', `${REPOSITORY.uri}:1.2`), 'tag latest'])
    expect(job.phases.at(-1)?.title).toBe(`Build and push ${REPOSITORY.uri}:1.2`)
  })

  test('tries a push again with what it has built', async () => {
    const extraBuildArgs = parseOptions(['--no-cache', '--no-cache-filter', 'a', '--pull', '--label', 'a=b']).options
    const { inputs, job } = step({ builder: 'far', pushRetries: 5, extraBuildArgs })
    const ports = memoryPorts({ toolset })
    const { build } = ports.docker
    const options: unknown[] = []
    ports.docker.build = async (spec, by, login) => {
      options.push(spec.options?.filter((option) => !option.startsWith('--label=org.')))
      if (options.length === 1) throw new PushFailure(spec.reference, 'denied: Your authorization token has expired.')
      return build(spec, by, login)
    }
    await main(inputs, ports, job)
    expect(options).toEqual([['--no-cache', '--no-cache-filter=a', '--pull', '--label=a=b'], ['--label=a=b']])
    expect(ports.calls.filter((call) => call === 'authorization')).toHaveLength(2)
  })

  test('that names no digest is an error', async () => {
    const { inputs, job } = step({ builder: 'far' })
    const ports = memoryPorts({ toolset })
    ports.docker.build = async () => ({ imageId: '', metadata: '{}' })
    await expect(main(inputs, ports, job)).rejects.toThrow(
      new Failure(`The builder pushed ${REPOSITORY.uri}:1.2 but reported no digest.`),
    )
  })
})

describe('an engine that other jobs use', () => {
  const [FIRST, LATEST] = [`${REPOSITORY.uri}:1.2`, `${REPOSITORY.uri}:latest`]

  /** What the engine has left. */
  async function left(changes: Partial<Inputs>, before: readonly [string, string][] = [], ports = enginePorts()) {
    const { inputs, job } = step(changes)
    for (const [name, id] of before) ports.named.set(name, id)
    const outputs = await main(inputs, ports, job)
    expect(job.told.lines.filter((line) => line.startsWith('warning'))).toEqual([])
    expect(job.told.state['engineNames'] ?? '').toBe('')
    return { outputs, left: Object.fromEntries(ports.named), calls: ports.calls }
  }

  test.each<[string, Partial<Inputs>]>([
    ['of a push', {}],
    ['of a build alone', { push: false }],
  ])('has nothing left %s', async (_, changes) => {
    expect(await left(changes)).toMatchObject({ left: {} })
  })

  test('keeps the names that it had, and what they mean', async () => {
    const before = [
      [FIRST, 'older'],
      ['other:1', 'older'],
    ] as const
    expect(
      (
        await left(
          {},
          before.map(([name, id]) => [name, id]),
        )
      ).left,
    ).toEqual(Object.fromEntries(before))
  })

  test('has the image under all its tags with load, in place of older ones', async () => {
    const image = { [FIRST]: RESULT.imageId, [LATEST]: RESULT.imageId }
    expect((await left({ load: true }, [[FIRST, 'older']])).left).toEqual(image)
    const local = await left({ load: true, push: false }, [['team/app:latest', 'older']])
    expect(local.left).toEqual({ 'team/app:1.2': RESULT.imageId, 'team/app:latest': RESULT.imageId })
    expect(local.outputs).toMatchObject({ tag: '1.2', tags: '1.2,latest' })
  })

  test('pulls what its own BuildKit has pushed with load, by the digest', async () => {
    const { left: names, calls } = await left({ load: true }, [], memoryPorts())
    const reference = `${REPOSITORY.uri}@${DIGEST}`
    expect(calls).toContain(`pull ${reference}`)
    expect(Object.keys(names)).toEqual([reference, FIRST, LATEST])
  })

  test('does not publish the image of another job, which took the name', async () => {
    const ports = enginePorts()
    const { push } = ports.docker
    const found: unknown[] = []
    ports.docker.push = async (reference, login) => {
      found.push(ports.named.get(reference))
      if (found.length > 1) return push(reference, login)
      ports.named.set(reference, 'the image of another job')
      ports.tags.set('1.2', OTHER)
      return OTHER.digest
    }
    const { outputs, left: names } = await left({}, [], ports)
    expect(outputs).toMatchObject({ digest: DIGEST })
    expect([...ports.tags].map(([tag, { digest }]) => [tag, digest])).toEqual([
      ['1.2', DIGEST],
      ['latest', DIGEST],
    ])
    expect(found).toEqual([RESULT.imageId, RESULT.imageId])
    expect(names).toEqual({})
  })

  test('pushes under a name that no image has, and leaves alone what another job has named meanwhile', async () => {
    const ports = enginePorts()
    const { push } = ports.docker
    ports.docker.push = async (reference, login) => {
      const digest = await push(reference, login)
      ports.named.set(reference, 'the image of another job')
      return digest
    }
    const { left: names, calls } = await left({ tags: ['main', '1.2'] }, [[`${REPOSITORY.uri}:main`, 'theirs']], ports)
    expect(calls).toContain(`push ${FIRST}`)
    expect(names).toEqual({ [`${REPOSITORY.uri}:main`]: 'theirs', [FIRST]: 'the image of another job' })
  })
})

describe('an image that is there already', () => {
  test('is not built again with skip_if_exists: tag, and gets the other tags', async () => {
    const { inputs, job, temp } = step({ skipIfExists: 'tag' })
    const artifacts = join(temp, 'artifacts')
    const ports = enginePorts()
    ports.tags.set('1.2', MANIFEST)
    Object.defineProperty(job, 'env', { value: { ...job.env, GITHUB_ARTIFACTS: artifacts } })
    expect(await main(inputs, ports, job)).toMatchObject({
      image: `${REPOSITORY.uri}:1.2`,
      tags: '1.2,latest',
      digest: DIGEST,
      pushed: false,
      skipped: true,
      reason: "tag '1.2' already has an image",
    })
    expect(ports.calls).toEqual(['find team/app', 'tag latest'])
    expect(readFileSync(artifacts, 'utf8')).toBe(`${REPOSITORY.uri}@${DIGEST}\n`)
    expect(job.told.summary).toEqual([expect.stringContaining('nothing pushed')])
    expect(job.changes).toEqual(['tagged team/app:latest'])
  })

  test('is built again without it, and where it or its repository is missing', async () => {
    for (const [skipIfExists, exists] of [
      ['never', true],
      ['tag', true],
      ['tag', false],
    ] as const) {
      const { inputs, job } = step({ skipIfExists, createRepo: true })
      const ports = enginePorts({ exists })
      if (skipIfExists === 'never') ports.tags.set('1.2', MANIFEST)
      expect(await main(inputs, ports, job)).toMatchObject({ pushed: true, skipped: false, reason: '' })
      expect(ports.calls).toContain(BUILD(inputs.path, 'buildx'))
    }
  })

  test('is reused behind an immutable tag', async () => {
    const { inputs, job } = step({ immutableConflict: 'reuse' })
    const ports = enginePorts()
    ports.ecr.find = async () => ({ ...REPOSITORY, tagMutability: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest'] })
    ports.tags.set('1.2', MANIFEST)
    expect(await main(inputs, ports, job)).toMatchObject({ pushed: false, skipped: true, tags: '1.2,latest' })
    expect(ports.calls).toEqual(['docker version', 'authorization', 'tag latest'])
  })
})

test("the build's own inputs stand before the cache and the further options", async () => {
  const { inputs, job } = step({
    cacheFrom: [{ kind: 'spec', spec: 'type=gha' }],
    extraBuildArgs: [{ name: 'squash', value: 'true' }],
  })
  const ports = enginePorts()
  await main({ ...inputs, build: { ...inputs.build, args: ['A=1'], compat: 'lambda' } }, ports, job)
  expect(ports.calls).toContain(
    `${BUILD(inputs.path, 'buildx')} with --build-arg=A=1 --provenance=false --sbom=false --cache-from=type=gha --squash`,
  )
})

test.each([
  { autoLabels: true, provenance: undefined, expected: undefined, notices: 0 },
  { autoLabels: false, provenance: undefined, expected: ['--label=x=y', '--provenance=false'], notices: 1 },
  // By a builder of the step's own, which can do it.
  { autoLabels: false, provenance: 'true', expected: ['--label=x=y', '--provenance=true'], notices: 0 },
])('the same digest in two runs is asked for by %j', async ({ autoLabels, provenance, expected, notices }) => {
  const { inputs, job } = step()
  Object.defineProperties(job, { env: { value: { ...job.env, SOURCE_DATE_EPOCH: '0' } } })
  const ports = enginePorts()
  let built: BuildSpec | undefined
  const { build } = ports.docker
  ports.docker.build = async (spec, ...others) => {
    built = spec
    return build(spec, ...others)
  }
  await main({ ...inputs, build: { ...inputs.build, autoLabels, provenance, labels: ['x=y'] } }, ports, job)
  expect(built?.rewriteTimes).toBe(!autoLabels)
  if (expected !== undefined) expect(built?.options).toEqual(expected)
  expect(job.told.lines.filter((line) => line.includes('SOURCE_DATE_EPOCH'))).toHaveLength(notices)
})

test('the image says which tag, commit and run made it, unless the user says otherwise', async () => {
  const { inputs, job } = step()
  const env = { GITHUB_SHA: 'abc', GITHUB_REPOSITORY: 'team/app', GITHUB_RUN_ID: '7', SOURCE_DATE_EPOCH: '0' }
  const { event } = memoryJob(env)
  Object.defineProperties(job, { env: { value: { ...job.env, ...env } }, event: { value: event } })
  const ports = enginePorts()
  let options: readonly string[] = []
  const { build } = ports.docker
  ports.docker.build = async (spec, ...others) => {
    options = spec.options ?? []
    return build(spec, ...others)
  }
  const labels = ['org.opencontainers.image.title=Tea', 'x=y']
  await main({ ...inputs, build: { ...inputs.build, labels } }, ports, job)
  expect(options).toEqual([
    '--label=org.opencontainers.image.version=1.2',
    '--label=org.opencontainers.image.created=1970-01-01T00:00:00.000Z',
    '--label=org.opencontainers.image.revision=abc',
    '--label=io.github.container-actions.run-id=7',
    '--label=org.opencontainers.image.title=Tea',
    '--label=x=y',
  ])
})

describe('a login that ends before the push', () => {
  test('is renewed once', async () => {
    const { inputs, job } = step()
    const ports = enginePorts()
    const { push } = ports.docker
    let pushes = 0
    ports.docker.push = async (reference, login) => {
      if (++pushes === 1) throw new PushFailure(reference, 'denied: Your authorization token has expired.')
      return push(reference, login)
    }
    await main(inputs, ports, job)
    expect(ports.calls.filter((call) => call === 'authorization')).toHaveLength(2)
  })
})

describe('before the build', () => {
  test('the repository gets its policy and its scan', async () => {
    const { inputs, job, temp } = step()
    const policyFile = join(temp, 'policy.json')
    writeFileSync(policyFile, '{ "Statement": [] }')
    const ports = enginePorts()
    await main({ ...inputs, settings: { policyFile, scanOnPush: true } }, ports, job)
    expect(ports.calls.slice(3, 6)).toEqual([
      'scan team/app true',
      'policy team/app {"Statement":[]}',
      BUILD(inputs.path, 'buildx'),
    ])
    expect(job.changes.slice(0, 2)).toEqual([
      'turned on the scan of repository team/app',
      'set the policy of repository team/app',
    ])
  })

  test('the registries of other accounts are logged in to', async () => {
    const { inputs, job } = step({ registryIds: ['111122223333'] })
    const ports = enginePorts()
    const { push } = ports.docker
    ports.docker.push = async (reference, login) => {
      const { credHelpers } = JSON.parse(readFileSync(join(login['DOCKER_CONFIG'] ?? '', 'config.json'), 'utf8'))
      expect(Object.keys(credHelpers)).toEqual(['111122223333.dkr.ecr.eu-central-1.amazonaws.com', REPOSITORY.registry])
      return push(reference, login)
    }
    await main(inputs, ports, job)
    expect(ports.calls).toContain('registry 111122223333')
  })

  test('the script runs, and may make the Dockerfile', async () => {
    const { inputs, job, temp } = step()
    const dockerfile = join(temp, 'made')
    const exec = scriptedExec([{}])
    const run = exec.run
    const real = job.exec
    Object.defineProperty(job, 'exec', {
      value: {
        run: (...call: Parameters<typeof run>) => {
          if (call[0] !== 'make') return real.run(...call)
          writeFileSync(dockerfile, 'FROM scratch\nCOPY . /')
          return run(...call)
        },
      },
    })
    const ports = enginePorts()
    await main({ ...inputs, dockerfile, prebuildScript: ['make', 'it'] }, ports, job)
    expect(exec.calls).toMatchObject([{ command: 'make', args: ['it'] }])
    expect(exec.calls[0]?.options.env).toHaveProperty('DOCKER_CONFIG')
    expect(ports.calls).toContain(`build OWN of ${inputs.path} and ${dockerfile} by buildx`)
  })

  test('the classic builder pulls the images of its cache, and does without the missing ones', async () => {
    const cacheFrom = [
      { kind: 'image', image: 'r/app:1' },
      { kind: 'image', image: 'r/missing' },
      { kind: 'spec', spec: 'type=gha' },
    ] as const
    const { inputs, job } = step({ cacheFrom, extraBuildArgs: [{ name: 'no-cache', value: 'true' }] })
    const ports = memoryPorts({ builder: 'classic' })
    await main(inputs, ports, job)
    expect(ports.calls.slice(3, 6)).toEqual([
      'pull r/app:1',
      'pull r/missing',
      `${BUILD(inputs.path, 'classic')} with --cache-from=r/app:1 --no-cache`,
    ])
    expect(job.told.lines).toContain('The build runs without the cache r/missing: manifest unknown')
    expect(job.told.lines).toContain(
      'notice: The cache type=gha is ignored: only buildx can read it. Install the plugin docker-buildx.',
    )
  })
})

describe('nothing is built and nothing changed when', () => {
  const fails = async (changes: Partial<Inputs>, ports: ReturnType<typeof memoryPorts>, line: string | RegExp) => {
    const { inputs, job } = step(changes)
    await expect(main(inputs, ports, job)).rejects.toThrow(line)
    expect(ports.calls.filter((call) => /^(build|push|tag|create) /.test(call))).toEqual([])
    expect(job.changes).toEqual([])
  }

  test('the sources are not checked out', async () => {
    const ports = enginePorts()
    await fails({ path: '/nonexistent' }, ports, /^Input 'path' is "\/nonexistent"/)
    await fails({ dockerfile: '/nonexistent' }, ports, /^Input 'dockerfile' is "\/nonexistent"/)
    expect(ports.calls).toEqual([])
  })

  test('the repository is missing and must not be created', async () => {
    await fails({}, enginePorts({ exists: false }), "Set 'create_repo: true'")
  })

  test.each<[string, (ports: ReturnType<typeof memoryPorts>, fail: () => Promise<never>) => void]>([
    ['Docker does not answer', ({ docker }, fail) => Object.assign(docker, { toolset: fail })],
    ['the credentials are wrong', ({ session }, fail) => Object.assign(session, { identity: fail })],
    ['there is no password for the registry', ({ ecr }, fail) => Object.assign(ecr, { authorization: fail })],
    ['the repository cannot be looked at', ({ ecr }, fail) => Object.assign(ecr, { find: fail })],
  ])('%s', async (_, breakIt) => {
    const ports = enginePorts()
    breakIt(ports, () => Promise.reject(new Failure('Mend this.')))
    await fails({ createRepo: true }, ports, 'Mend this.')
  })
})

describe('a step that fails half-way', () => {
  test('in the build has pushed nothing', async () => {
    const { inputs, job } = step()
    const ports = enginePorts()
    ports.docker.build = () => Promise.reject(new Failure('The build failed.'))
    await expect(main(inputs, ports, job)).rejects.toThrow('The build failed.')
    expect([job.changes, ports.tags.size, job.told.summary]).toEqual([[], 0, []])
    expect(job.current).toBe(`Build ${REPOSITORY.uri}:1.2`)
  })

  test('in the push says what it had created', async () => {
    const { inputs, job } = step({ createRepo: true })
    const ports = enginePorts({ exists: false })
    ports.docker.push = () => Promise.reject(new Failure('Pushing failed.'))
    await expect(main(inputs, ports, job)).rejects.toThrow('Pushing failed.')
    expect([job.changes, job.current]).toEqual([['created repository team/app'], 'Push'])
  })

  test('by a cancellation during the build does not push', async () => {
    const cancel = new AbortController()
    const { inputs, job } = step({}, cancel.signal)
    const ports = enginePorts()
    const reason = new Error('Cancelled')
    const { build } = ports.docker
    ports.docker.build = async (...call) => {
      const result = await build(...call)
      cancel.abort(reason)
      return result
    }
    await expect(main(inputs, ports, job)).rejects.toBe(reason)
    expect([ports.tags.size, ports.named.size]).toEqual([0, 0])
    // What the cancelled command still leaves is for the post step.
    expect(job.told.state['engineNames']).toContain(':built')
  })
})
