import { describe, expect, test } from 'vitest'
import { type Builder, dockerOf } from '../src/docker.ts'
import type { ExecResult } from '../src/exec.ts'
import { Failure } from '../src/failure.ts'
import { memoryJob, scriptedExec } from '../src/testing.ts'
import { BUILDKIT } from './support/build-logs.ts'

/** Docker whose client gives these answers, in the order of its calls. */
function dockerWith(...answers: Partial<ExecResult>[]) {
  const exec = scriptedExec(answers)
  return { docker: dockerOf(memoryJob({}, { exec })), calls: exec.calls }
}

const NO_BUILDX = { exitCode: 1, stderr: "docker: 'buildx' is not a docker command.\nSee 'docker --help'\n" }
const versionsJson = (client: string, server = '20.10.24+dfsg1') => ({
  stdout: `${JSON.stringify({ Client: { Version: client }, Server: { Version: server, Os: 'linux', Arch: 'amd64' } })}\n`,
})

describe('versions', () => {
  test.each<[string, Partial<ExecResult>, Builder]>([
    ['20.10.24+dfsg1', NO_BUILDX, 'buildkit'],
    ['20.10.24+dfsg1', {}, 'buildx'],
    ['22.06.0-beta.0', NO_BUILDX, 'buildkit'],
    ['23.0.0', NO_BUILDX, 'classic'],
    ['28.5.2+dfsg4', {}, 'buildx'],
    ['28.5.2+dfsg4', NO_BUILDX, 'classic'],
  ])('client %s with buildx answering %j builds with %s', async (client, buildx, builder) => {
    const { docker, calls } = dockerWith(versionsJson(client), buildx)
    expect(await docker.versions()).toEqual({ client, server: '20.10.24+dfsg1', platform: 'linux/amd64', builder })
    expect(calls.map(({ args }) => args)).toEqual([
      ['version', '--format', '{{json .}}'],
      ['buildx', 'version'],
    ])
    expect(calls.map(({ command, options }) => [command, options])).toEqual([
      ['docker', {}],
      ['docker', {}],
    ])
  })

  test('an engine that does not answer is a line', async () => {
    const stderr =
      'Warning: something else\nCannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n'
    const { docker } = dockerWith({ exitCode: 1, stdout: '{"Client":{},"Server":null}', stderr }, {})
    await expect(docker.versions()).rejects.toThrow(
      new Failure(
        "Docker's engine does not answer: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running? Start it, or put the action docker-ready before this step.",
      ),
    )
  })

  test('a client that names no version has an empty one', async () => {
    const { docker } = dockerWith({ stdout: '{"Server":null}' }, {})
    expect(await docker.versions()).toEqual({ client: '', server: '', platform: '', builder: 'buildx' })
  })
})

describe('build', () => {
  const SPEC = { context: '$(id)', dockerfile: 'docker/Dockerfile', reference: 'registry.example/app:1' }
  const FILES = ['--file', 'docker/Dockerfile', '--tag', 'registry.example/app:1', '--', '$(id)']
  const LOGIN = { DOCKER_CONFIG: '/tmp/login' }

  test.each<[Builder, string[], object]>([
    ['buildx', ['buildx', 'build', '--load', '--progress=plain', ...FILES], LOGIN],
    ['buildkit', ['build', '--progress=plain', ...FILES], { ...LOGIN, DOCKER_BUILDKIT: '1' }],
    ['classic', ['build', ...FILES], { ...LOGIN, DOCKER_BUILDKIT: '0' }],
  ])('with %s', async (builder, args, env) => {
    const { docker, calls } = dockerWith({})
    await docker.build(SPEC, builder, LOGIN)
    expect(calls).toEqual([{ command: 'docker', args, options: { env, echo: true } }])
  })

  test('that fails says at which step', async () => {
    const { docker } = dockerWith({ exitCode: 1, stderr: BUILDKIT['20.10, file to copy is missing'] })
    await expect(docker.build(SPEC, 'buildkit', LOGIN)).rejects.toThrow(
      new Failure(
        'The build failed at [1/1] COPY missing /x: failed to compute cache key: "/missing" not found: not found',
      ),
    )
  })
})

describe('push', () => {
  const REFERENCE = 'registry.example/app:1'
  const DIGEST = `sha256:${'ab'.repeat(32)}`
  const push = (answer: Partial<ExecResult>) => {
    const { docker, calls } = dockerWith(answer)
    return { digest: docker.push(REFERENCE, { DOCKER_CONFIG: '/tmp/login' }), calls }
  }

  test('gives the digest that the registry has', async () => {
    const stdout = `The push refers to repository [registry.example/app]\n5bfb6113131f: Pushed\n1: digest: ${DIGEST} size: 528\n`
    const { digest, calls } = push({ stdout })
    expect(await digest).toBe(DIGEST)
    const options = { env: { DOCKER_CONFIG: '/tmp/login' }, echo: true }
    expect(calls).toEqual([{ command: 'docker', args: ['push', REFERENCE], options }])
  })

  test.each([
    [
      {
        exitCode: 1,
        stdout: 'The push refers to repository [127.0.0.1:1/x]\n',
        stderr: 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused\n',
      },
      `Pushing ${REFERENCE} failed: Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused`,
    ],
    [{ exitCode: 1, stdout: 'a\ndenied: no\n' }, `Pushing ${REFERENCE} failed: denied: no`],
    [{ stdout: 'a\n5bfb6113131f: Pushed\n' }, `Docker pushed ${REFERENCE} and named no digest: 5bfb6113131f: Pushed`],
    [
      { stdout: '1: digest: sha256:ab size: 5' },
      `Docker pushed ${REFERENCE} and named no digest: 1: digest: sha256:ab size: 5`,
    ],
  ])('that ends as %j is a line', async (answer, line) => {
    await expect(push(answer).digest).rejects.toThrow(new Failure(line))
  })
})
