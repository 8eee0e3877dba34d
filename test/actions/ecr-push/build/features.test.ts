import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docker } from '../../../../packages/docker-engine/src/images.ts'
import { putShell } from '../../../../packages/docker-engine/src/shell.ts'
import { useEngine } from '../../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../../packages/ecr-local/src/index.ts'
import { createJob, leaks } from '../../../../packages/runner-harness/src/index.ts'
import { authorizationOf, digestOf, MANIFEST_TYPES } from '../../../../packages/stand-ins/src/ecr-client.ts'

const VALUE = 'tok-5f0c"q",x'
const SECOND = 'two-$(id);91d7'
const IN_ENV = 'env-77ab-3c1e'

/** Fails unless each secret has the beginning and the length that it should; the secrets do not stand in it. */
const SECRETS = `FROM scratch
COPY rootfs /
RUN --mount=type=secret,id=value --mount=type=secret,id=one --mount=type=secret,id=two \\
  { read -r a; read -r b; } < /run/secrets/value; read -r c < /run/secrets/one; read -r d < /run/secrets/two; \\
  case "$a $b $c $d \${#a} \${#b} \${#c}" in tok-*x\\ two-*7\\ env-*e\\ "in a file"\\ ${VALUE.length}\\ ${SECOND.length}\\ ${IN_ENV.length});; *) exit 9;; esac
`
const COPY = 'FROM scratch\nCOPY app /app\n'

interface Manifest {
  readonly annotations?: Readonly<Record<string, string>>
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly architecture: string } }[]
}

describe.each(['bookworm', 'sid'] as const)('what ecr-push asks of the builder on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  let ecr: EcrLocal

  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  const open = async (workspace: Record<string, string>, changes: Parameters<typeof createJob>[0] = {}) => {
    const { machine, ...others } = changes
    const job = await createJob({ machine: { ...engine().env, ...ecr.environment, ...machine }, workspace, ...others })
    return {
      job,
      push: (given: Record<string, string | boolean>) =>
        job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: '1', ...given } }),
    }
  }
  const manifest = async (reference: string): Promise<Manifest> => {
    const headers = { authorization: `Basic ${await authorizationOf(ecr)}`, accept: MANIFEST_TYPES }
    return (await (await fetch(`http://${ecr.registry}/v2/app/manifests/${reference}`, { headers })).json()) as Manifest
  }

  it('gives secrets to the build that mounts them, and to nobody else', async () => {
    const { job, push } = await open(
      { Dockerfile: SECRETS, 'my secrets/a, b': 'in a file\n' },
      { machine: { ONE: IN_ENV } },
    )
    await using _ = job
    putShell(join(job.folders.workspace, 'rootfs'))
    const step = await push({
      secrets: `"value=${`${VALUE}\n${SECOND}`.replaceAll('"', '""')}"`,
      secret_envs: 'one=ONE',
      secret_files: 'two=my secrets/a, b',
      extra_build_args: '--network=none',
    })
    expect(step.conclusion, step.log).toBe('success')
    expect(step.argv.flat().filter((argument) => argument.startsWith('--secret=id=value,src='))).not.toEqual([])
    expect(leaks(job, [VALUE, SECOND, IN_ENV])).toEqual([])
    expect(step.masks).toEqual(expect.arrayContaining([`${VALUE}\n${SECOND}`, IN_ENV]))
    expect(step.files.temp).toEqual([])
  })

  it('keeps the layers in the registry, where the builder can', async () => {
    const { job, push } = await open({ Dockerfile: COPY, app: 'an app' }, { ref: 'refs/heads/main' })
    await using _ = job
    // Nothing listens at the second target, which fails no build.
    const more = `${ecr.registry}/app:own\n127.0.0.1:9/none:cache`
    const step = await push({ cache: 'registry', ...(kind === 'sid' && { cache_to: more }) })
    expect(step.conclusion, step.log).toBe('success')
    const cache = await digestOf(ecr, 'app', 'buildcache')
    if (kind === 'bookworm') {
      expect(step.annotations.map(({ message }) => message)).toContain(
        "Left out: Input 'cache' needs buildx, which this runner does not have. Install the plugin docker-buildx on the runner.",
      )
      expect(cache).toBeUndefined()
      return
    }
    expect(cache).toMatch(/^sha256:/)
    expect(await digestOf(ecr, 'app', 'own')).toMatch(/^sha256:/)
    await docker(engine(), 'buildx', 'prune', '--all', '--force')
    const branch = await open({ Dockerfile: COPY, app: 'an app' }, { ref: 'refs/heads/feature/x' })
    await using __ = branch.job
    const again = await branch.push({ cache: 'registry', tags: '2' })
    expect(again.conclusion, again.log).toBe('success')
    expect(again.log).toMatch(/COPY app \/app\s+.*CACHED/)
    expect(await digestOf(ecr, 'app', 'buildcache-feature-x-217d2bf5')).toMatch(/^sha256:/)
  })

  it('does what needs buildx, or says so before anything is changed', async () => {
    const { job, push } = await open({ Dockerfile: COPY, app: 'an app', 'more/x': 'x' })
    await using _ = job
    const step = await push({
      platforms: 'linux/amd64,linux/arm64',
      annotations: 'index:who=$(id); "x"\nmanifest:what=a, b',
      provenance: 'mode=max',
      build_contexts: 'more=./more',
    })
    if (kind === 'bookworm') {
      expect(step.annotations.map(({ message }) => message)).toEqual([
        `${['build_contexts', 'annotations', 'platforms', 'provenance']
          .map((name) => `Input '${name}' needs buildx, which this runner does not have.`)
          .join(' ')} Install the plugin docker-buildx on the runner.`,
      ])
      expect(ecr.calls.map(({ operation }) => operation)).not.toContain('CreateRepository')
      return
    }
    expect(step.conclusion, step.log).toBe('success')
    const index = await manifest('1')
    expect(index.annotations).toMatchObject({ who: '$(id); "x"' })
    const architectures = index.manifests?.map(({ platform }) => platform?.architecture)
    expect(architectures).toEqual(['amd64', 'arm64', 'unknown', 'unknown'])
    expect((await manifest(index.manifests?.[0]?.digest ?? '')).annotations).toMatchObject({ what: 'a, b' })
  })
})
