import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob, leaks, type Step } from '../../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { githubToken, sessionKeys, startPlace, startTokenEndpoint } from '../../support/aws-places.ts'

/** How long a login and a session live, in seconds, and how long the build takes. */
const TTL = 4
const BUILD = 2 * TTL

const NO_KEYS = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
const ROLE = 'arn:aws:iam::123456789012:role/deploy'

interface Run {
  readonly ecr: EcrLocal
  readonly machine: Readonly<Record<string, string>>
  readonly given?: Readonly<Record<string, string>>
  /** What happens before the build goes on. */
  readonly meanwhile: () => Promise<unknown>
}

/** Runs a step whose build fetches a file that comes only when `meanwhile` is over. */
async function pushSlowly({ ecr, machine, given, meanwhile }: Run): Promise<Step> {
  let asked: Promise<unknown> | undefined
  await using place = await startPlace((_, response) => {
    asked ??= meanwhile()
    void asked.then(() => response.end('late'))
  })
  await using job = await createJob({
    machine: { ...ecr.environment, ...machine },
    workspace: { Dockerfile: `FROM scratch\nADD ${place.url}/late /late\n` },
  })
  const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: '1,2', ...given } })
  expect(place.requests).not.toEqual([])
  expect(leaks(job, step.masks)).toEqual([])
  return step
}

async function expectPushed(step: Step, ecr: EcrLocal): Promise<void> {
  expect(step.conclusion, step.log).toBe('success')
  for (const tag of ['1', '2']) expect(await digestOf(ecr, 'app', tag)).toBe(step.outputs['digest'])
}

const count = ({ calls }: EcrLocal, name: string) => calls.filter(({ operation }) => operation === name).length

describe.each(['bookworm', 'sid'] as const)('a build on the engine of %s that takes longer', (kind) => {
  const engine = useEngine(kind)

  describe('than login and session live', () => {
    const waits = (ecr: EcrLocal, machine: Record<string, string>, given: Record<string, string>) =>
      pushSlowly({ ecr, machine: { ...engine().env, ...machine }, given, meanwhile: () => sleep(BUILD * 1_000) })
    const hasty = () => startEcrLocal({ tokenTtlSeconds: TTL, sessionTtlSeconds: TTL })

    it.concurrent('pushes with a role that is assumed with keys', async () => {
      await using ecr = await hasty()
      await expectPushed(await waits(ecr, {}, { assume_role: ROLE }), ecr)
      expect(count(ecr, 'AssumeRole')).toBeGreaterThan(1)
    })

    it.concurrent("pushes with a role that is assumed with GitHub's token", async () => {
      await using ecr = await hasty()
      await using tokens = await startTokenEndpoint(githubToken())
      const step = await waits(ecr, { ...NO_KEYS, ...tokens.environment }, { assume_role: ROLE })
      await expectPushed(step, ecr)
      expect(count(ecr, 'AssumeRoleWithWebIdentity')).toBeGreaterThan(1)
    })
  })

  describe('than a session that nothing can renew', () => {
    const withSession = async (ecr: EcrLocal, meanwhile: () => Promise<unknown>) => {
      const keys = await sessionKeys(ecr, 'ci')
      const { AccessKeyId: AWS_ACCESS_KEY_ID, SecretAccessKey: AWS_SECRET_ACCESS_KEY } = keys
      const own = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: keys.SessionToken }
      return await pushSlowly({ ecr, machine: { ...engine().env, ...own }, meanwhile })
    }

    it('pushes and tags with the login that is still good', async () => {
      await using ecr = await startEcrLocal()
      const step = await withSession(ecr, async () => ecr.expireSessions())
      await expectPushed(step, ecr)
      expect(step.annotations).toMatchObject([
        {
          level: 'notice',
          message: expect.stringMatching(/has expired\..*'assume_role'.*the registry login is used/),
        },
      ])
    })

    it('says in one line what to do where the login has ended too', async () => {
      await using ecr = await startEcrLocal({ tokenTtlSeconds: TTL })
      const step = await withSession(ecr, async () => {
        ecr.expireSessions()
        await sleep(TTL * 1_000)
      })
      const errors = step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
      expect(errors).toEqual([
        expect.stringMatching(
          /^The AWS session from .* has expired\..*'assume_role'.*id-token: write.* Already done: created repository app\.$/,
        ),
      ])
    })
  })
})
