import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cacheFolder } from '../../../packages/docker-engine/src/cache-folder.ts'
import { docker } from '../../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { fixture } from '../../../packages/runner-harness/src/fixture.ts'
import { writeFiles } from '../../../packages/runner-harness/src/folders.ts'
import { createJob, type Job, leaks } from '../../../packages/runner-harness/src/index.ts'
import { type Command, runCommands } from '../../../packages/runner-harness/src/later-step.ts'
import { authorizationOf, createRepository, digestOf, secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { BUILDER_IMAGE, useBuilderImage } from '../../support/builder-image.ts'
import { needProgram } from '../../support/client-programs.ts'
import { putSmallImage } from '../../support/small-image.ts'

/** Debian's own docker, which is where a PATH of the system finds it. */
const DOCKER = '/usr/bin/docker'
const WORKSPACE = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' }

let ecr: EcrLocal
beforeEach(async () => {
  ecr = await startEcrLocal()
})
afterEach(() => ecr.close())

async function succeed(job: Job, commands: readonly Command[]): Promise<string> {
  const step = await runCommands(job, commands)
  expect(step.conclusion, step.log).toBe('success')
  return step.log
}

describe('a login in a shell that knows nothing else', () => {
  const engine = useEngine('bookworm')
  needProgram(DOCKER, 'engine.sh')

  it.each<[string, (env: Readonly<Record<string, string>>, args: readonly string[]) => Command]>([
    ['a login shell', (_, args) => ['bash', '-l', '-c', 'exec "$0" "$@"', ...args]],
    [
      'env -i',
      ({ DOCKER_CONFIG, DOCKER_HOST }, args) =>
        [
          ...['env', '-i', `DOCKER_CONFIG=${DOCKER_CONFIG}`, `DOCKER_HOST=${DOCKER_HOST}`],
          ...args,
        ] as unknown as Command,
    ],
  ])('%s', async (_, inShell) => {
    await putSmallImage(ecr, 'team/app', '1')
    await using job = await createJob({ machine: { ...engine().env, ...ecr.environment, DOCKER_CONFIG: '' } })
    const { env, outputs } = await job.run('ecr-login', { with: { repo: 'team/app', tag: '1' } })
    const image = outputs['image'] ?? ''
    const variables = { ...engine().env, ...env }
    const log = await succeed(job, [
      inShell(variables, ['sh', '-c', 'echo "PATH is $PATH"']),
      inShell(variables, [DOCKER, 'pull', image]),
      inShell(variables, [DOCKER, 'push', image]),
    ])
    expect(/^PATH is (.*)$/m.exec(log)?.[1]).not.toContain(job.folders.root)
    await job.post()
    const denied = await runCommands(job, [inShell(variables, [DOCKER, 'push', image])])
    expect([denied.conclusion, denied.log]).toEqual(['failure', expect.stringContaining('no basic auth credentials')])
  })
})

describe('a login in containers and builders', () => {
  const engine = useEngine('sid')
  useBuilderImage(engine)

  async function loggedIn(job: Job) {
    const { env, outputs } = await job.run('ecr-login', { with: { repo: 'team/app', tag: '1' } })
    return { image: outputs['image'] ?? '', folder: env['DOCKER_CONFIG'] ?? '' }
  }

  it("is that of buildx's own builder", async () => {
    await createRepository(ecr, 'team/app')
    await using job = await createJob({ machine: { ...engine().env, ...ecr.environment }, workspace: WORKSPACE })
    const { image } = await loggedIn(job)
    const driver = ['--driver=docker-container', `--driver-opt=network=host,image=${BUILDER_IMAGE}`] as const
    await succeed(job, [
      ['docker', 'buildx', 'create', '--name=contained', ...driver],
      ['docker', 'buildx', 'build', '--builder=contained', '--push', '--tag', image, '.'],
      ['docker', 'buildx', 'rm', 'contained'],
    ])
    expect(await digestOf(ecr, 'team/app', '1')).toMatch(/^sha256:/)
  })

  it('is that of the later steps of a job in a container', async () => {
    await putSmallImage(ecr, 'team/app', '1')
    await using job = await createJob()
    const { root, temp } = job.folders
    // An image whose programs are those of this machine, mounted.
    mkdirSync(join(root, 'image'))
    for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, 'image', name))
    writeFileSync(join(root, 'image/Dockerfile'), 'FROM scratch\nCOPY . /\n')
    await docker(engine(), 'build', '--tag=job:1', join(root, 'image'))
    writeFiles(root, { 'commands/env': '', 'commands/state': '', 'commands/output': '', 'commands/path': '' })
    const socket = (engine().env['DOCKER_HOST'] ?? '').replace('unix://', '')
    const step = (env: Readonly<Record<string, string>>, ...args: string[]) =>
      docker(
        engine(),
        ...['run', '--rm', '--network=host', '--volume=/usr:/usr:ro', `--volume=${root}:/__w`],
        ...[`--volume=${process.execPath}:/node:ro`, `--volume=${socket}:/var/run/docker.sock`],
        ...[`--volume=${join(REPOSITORY, 'actions/ecr-login')}:/action:ro`],
        ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
        'job:1',
        ...args,
      )
    const files = Object.fromEntries(
      ['env', 'state', 'output', 'path'].map((name) => [`GITHUB_${name.toUpperCase()}`, `/__w/commands/${name}`]),
    )
    const RUNNER_TEMP = temp.replace(root, '/__w')
    const given = { INPUT_REPO: 'team/app', INPUT_TAG: '1' }
    await step({ ...ecr.environment, ...files, ...given, RUNNER_TEMP }, '/node', '/action/dist/index.js')
    const exported = readFileSync(join(root, 'commands/env'), 'utf8')
    const [, folder = ''] = /^DOCKER_CONFIG<<.*\n(.*)\n/m.exec(exported) ?? []
    expect(folder).toMatch(`${RUNNER_TEMP}/ecr-login`)
    const image = `${ecr.registry}/team/app:1`
    expect(await step({ DOCKER_CONFIG: folder }, DOCKER, 'pull', '--quiet', image)).toBe(image)
    await expect(step({}, DOCKER, 'push', image)).rejects.toThrow('no basic auth credentials')
  })
})

describe('docker_config: shared', () => {
  const engine = useEngine('bookworm')
  const SIGSTORE = join(cacheFolder(), 'sigstore-oci-0.7.2')
  needProgram(join(SIGSTORE, 'node_modules/@sigstore/oci'), 'sigstore-oci.sh')

  it('is where the library of actions/attest looks, which writes its attestation beside the image', async () => {
    const machine = { ...engine().env, ...ecr.environment, DOCKER_CONFIG: '' }
    await using job = await createJob({ machine, workspace: WORKSPACE })
    const push = await job.run('ecr-push', { with: { repo: 'team/app', tags: '1', create_repo: true } })
    expect(push.conclusion, push.log).toBe('success')
    const [name, digest] = (push.outputs['image_digest_ref'] ?? '').split('@')
    const attest = fixture(
      job,
      `import { createRequire } from 'node:module'
const { attachArtifactToImage, getRegistryCredentials } = createRequire('${SIGSTORE}/')('@sigstore/oci')
const credentials = getRegistryCredentials('${name}')
await attachArtifactToImage({
  credentials,
  imageName: '${name}',
  imageDigest: '${digest}',
  artifact: Buffer.from('{"an":"attestation"}'),
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  annotations: { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' },
})
`,
    )
    const referrers = async () => {
      const headers = { authorization: `Basic ${await authorizationOf(ecr)}` }
      const answer = await fetch(`http://${ecr.registry}/v2/team/app/referrers/${digest}`, { headers })
      const { manifests } = (await answer.json()) as { manifests: { artifactType: string }[] }
      return manifests.map(({ artifactType }) => artifactType)
    }
    expect(await referrers()).toEqual([])
    const login = await job.run('ecr-login', { with: { docker_config: 'shared' } })
    expect(login.conclusion, login.log).toBe('success')
    const attested = await job.run(attest)
    expect(attested.conclusion, attested.log).toBe('success')
    expect(await referrers()).toEqual(['application/vnd.dev.sigstore.bundle.v0.3+json'])
    await job.post()
    expect(leaks(job, secretsOf(ecr, job))).toEqual([])
    const again = await job.run(attest)
    expect([again.conclusion, again.log]).toEqual(['failure', expect.stringMatching(/No credential/)])
  })
})
