import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { dockerOf } from '../../src/docker/cli.ts'
import type { ExecResult } from '../../src/step/exec.ts'
import { memoryJob, scriptedExec } from '../../src/testing.ts'

/** Docker whose client gives these answers, in the order of its calls. */
function dockerWith(...answers: Partial<ExecResult>[]) {
  const exec = scriptedExec(answers)
  return { docker: dockerOf(memoryJob({}, { exec })), calls: exec.calls }
}

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
    expect(calls).toMatchObject([{ command: 'docker', args: ['push', REFERENCE], options }])
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
    [
      { stdout: 'a\n5bfb6113131f: Pushed\n' },
      `Docker pushed ${REFERENCE} but reported no digest: 5bfb6113131f: Pushed`,
    ],
    [
      { stdout: '1: digest: sha256:ab size: 5' },
      `Docker pushed ${REFERENCE} but reported no digest: 1: digest: sha256:ab size: 5`,
    ],
  ])('that ends as %j is a line', async (answer, line) => {
    await expect(push(answer).digest).rejects.toThrow(new Failure(line))
  })
})
