import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'

describe('on an engine of 20.10 without buildx, ecr-push refuses', () => {
  const engine = useEngine('bookworm')
  let ecr: EcrLocal

  beforeAll(async () => {
    ecr = await startEcrLocal()
  })
  afterAll(() => ecr.close())

  it.each([
    ['platforms', 'linux/amd64,linux/arm64'],
    ['build_contexts', 'more=.'],
    ['annotations', 'who=me'],
    ['provenance', 'mode=max'],
    ['sbom', 'true'],
    ['cache_to', 'type=local,dest=cache'],
  ])('%s in one line, and creates nothing', async (name, value) => {
    expect(await errors({ [name]: value })).toEqual([
      `Input '${name}' needs buildx, which this runner does not have. Install the plugin docker-buildx on the runner.`,
    ])
  })

  it('builder in one line, and creates nothing', async () => {
    expect(await errors({ builder: 'far' })).toEqual([
      `Input 'builder' is "far", but this runner has no buildx, which is required for builders. Install the plugin docker-buildx.`,
    ])
  })

  it('an image without layers, and creates nothing', async () => {
    expect(await errors({}, 'FROM scratch AS base\nENV a=b\nFROM base\nLABEL c=d\n')).toEqual([
      `Input 'dockerfile' is "Dockerfile", whose image has no layers: it is FROM scratch without ADD, COPY, RUN and WORKDIR. ECR does not store such an image. Add a layer to it, for example with 'WORKDIR /app'.`,
    ])
  })

  it.each([false, true])(
    'a name that is too long beside the host of the registry, with dry_run: %s',
    async (dry_run) => {
      const repo = 'a'.repeat(255 - ecr.registry.length)
      expect(await errors({ repo, dry_run })).toEqual([
        `Input 'repo' and the registry ${ecr.registry} together have 256 characters, but Docker accepts at most 255. Shorten the repository's name from ${repo.length} to ${repo.length - 1} characters; it is "${repo}".`,
      ])
    },
  )

  it("Podman under the name docker, as Debian's podman-docker installs it, and creates nothing", async () => {
    const bin = mkdtempSync(join(tmpdir(), 'podman-docker-'))
    onTestFinished(() => rmSync(bin, { recursive: true }))
    const script =
      '#!/bin/sh\necho Emulate Docker CLI using podman. >&2\n[ "$*" = --version ] && echo podman version 4.3.1\n'
    writeFileSync(join(bin, 'docker'), script, { mode: 0o755 })
    expect(await errors({ wait_for_docker: '10m' }, undefined, { PATH: `${bin}:${process.env['PATH']}` })).toEqual([
      expect.stringMatching(/^The program 'docker' of this runner is Podman 4\.3\.1, which .* Install Docker's client/),
    ])
  })

  it('none of what its own BuildKit can do', async () => {
    const given = { platforms: 'linux/amd64', cache_to: 'type=inline', secrets: 'id=value' }
    expect(await errors({ ...given, provenance: 'false', sbom: 'false', dry_run: true })).toEqual([])
  })

  /** The annotations of a step that changes nothing. */
  async function errors(
    given: Record<string, string | boolean>,
    dockerfile = 'FROM scratch\nCOPY app /app\n',
    own: Record<string, string> = {},
  ): Promise<string[]> {
    await using job = await createJob({
      machine: { ...engine().env, ...ecr.environment, ...own },
      workspace: { Dockerfile: dockerfile, app: 'an app' },
    })
    const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: '1', ...given } })
    expect(ecr.calls.map(({ operation }) => operation)).not.toContain('CreateRepository')
    return step.annotations.map(({ message }) => message)
  }

  it('only ECR can tell that this image has no layers, and the line says what to change', async () => {
    await using job = await createJob({
      machine: { ...engine().env, ...ecr.environment },
      workspace: { Dockerfile: 'FROM scratch\nWORKDIR /\n' },
    })
    const step = await job.run('ecr-push', { with: { repo: 'empty', create_repo: true, tags: '1' } })
    expect(step.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^Pushing \S+ failed: unsupported: .*'Image has to have at least 1 layer'\. Add a layer to it, for example with 'WORKDIR \/app'\. Already done: created repository empty\.$/,
      ),
    ])
  })
})
