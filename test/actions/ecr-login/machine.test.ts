import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { writeFiles } from '../../../packages/runner-harness/src/folders.ts'
import { createJob, leaks } from '../../../packages/runner-harness/src/index.ts'
import { secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { type Place, startPlace } from '../../support/aws-places.ts'

let ecr: EcrLocal
let proxyPage: Place
beforeAll(async () => {
  ecr = await startEcrLocal()
  proxyPage = await startPlace((_, response) =>
    response.writeHead(403, { 'content-type': 'text/html' }).end('<html>Blocked</html>'),
  )
})
afterAll(async () => {
  await proxyPage[Symbol.asyncDispose]()
  await ecr.close()
})

/** The one line of a step that fails, of which nothing is left. */
async function lineOf(machine: Readonly<Record<string, string>>, given: Readonly<Record<string, string>> = {}) {
  await using job = await createJob({ machine: { ...ecr.environment, AWS_MAX_ATTEMPTS: '1', ...machine } })
  const step = await job.run('ecr-login', { with: given })
  expect([step.conclusion, step.annotations.length], step.log).toEqual(['failure', 1])
  await job.post()
  expect(leaks(job, secretsOf(ecr, job))).toEqual([])
  return step.annotations[0]?.message
}

describe('a machine that is not as it should be is one line', () => {
  const page = (call: string) =>
    `${call} failed: the response in region eu-central-1 (status 403, type text/html) is not from AWS. Check the proxy of the runner, and its variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_… if they are set.`

  it('a page of a proxy in place of ECR, and of STS for a role', async () => {
    expect(await lineOf({ AWS_ENDPOINT_URL_ECR: proxyPage.url })).toBe(page('ecr:GetAuthorizationToken'))
    const role = { assume_role: 'arn:aws:iam::123456789012:role/deploy' }
    expect(await lineOf({ AWS_ENDPOINT_URL_STS: proxyPage.url }, role)).toBe(page('sts:AssumeRole'))
  })

  it.each([
    ['access key id', { AWS_ACCESS_KEY_ID: 'AK\nIA' }],
    ['secret access key', { AWS_SECRET_ACCESS_KEY: 'a secret access key with spaces' }],
    ['session token', { AWS_SESSION_TOKEN: 'a-session-token-with\na-line-end-inside-it' }],
  ])('keys with a character that cannot be sent: the %s', async (what, machine) => {
    expect(await lineOf(machine as Record<string, string>)).toBe(
      `The ${what} from the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY contains a character that is not valid in a key, such as a space or a newline. Check how it was stored.`,
    )
  })

  it('an endpoint that is no URL', async () => {
    expect(await lineOf({ AWS_ENDPOINT_URL_ECR: 'nowhere' })).toMatch(
      /^ecr:GetAuthorizationToken cannot be sent: the endpoint 'nowhere' is not a URL\. Set AWS_ENDPOINT_URL/,
    )
  })

  it.each(['isolated', 'shared'])('a DOCKER_CONFIG that is a file, where it is %s', async (docker_config) => {
    expect(await lineOf({ DOCKER_CONFIG: '/etc/hosts' }, { docker_config })).toBe(
      "DOCKER_CONFIG is '/etc/hosts', which is a file. Set it to the folder that contains Docker's config.json.",
    )
  })

  it('a folder of Docker that takes nothing', async () => {
    expect(await lineOf({ DOCKER_CONFIG: '/sys/.docker' }, { docker_config: 'shared' })).toMatch(
      /^The runner's user may not do that: E\w+: .*, mkdir '\/sys\/\.docker'\./,
    )
  })
})

it('goes on where the page of a proxy answers for STS, which only tells who it is', async () => {
  await using job = await createJob({ machine: { ...ecr.environment, AWS_ENDPOINT_URL_STS: proxyPage.url } })
  const step = await job.run('ecr-login')
  expect([step.conclusion, step.outputs['account_id']]).toEqual(['success', ''])
  expect(step.log).toContain('AWS identity: unknown, because AWS STS does not answer in eu-central-1')
})

it('finds a DOCKER_CONFIG that is relative to the workspace from everywhere', async () => {
  await using job = await createJob({ machine: { ...ecr.environment, DOCKER_CONFIG: 'ci/docker' } })
  writeFiles(job.folders.workspace, { 'ci/docker/config.json': '{}', 'ci/docker/contexts/meta.json': 'x' })
  const step = await job.run('ecr-login')
  expect(readFileSync(join(String(step.outputs['docker_config']), 'contexts/meta.json'), 'utf8')).toBe('x')
  expect(step.env['BUILDX_CONFIG']).toBe(join(job.folders.workspace, 'ci/docker/buildx'))
  const [post] = await job.post()
  expect(post?.env['DOCKER_CONFIG']).toBe(join(job.folders.workspace, 'ci/docker'))
})
