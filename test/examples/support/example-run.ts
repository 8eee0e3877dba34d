import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { PrivateEngine } from '../../../packages/docker-engine/src/index.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { createRepository, digestOf, tokenStarts } from '../../../packages/stand-ins/src/ecr-client.ts'
import { type ActOptions, type ActRun, tracesOf, withAct } from '../../support/act/act.ts'

/** The text of an example, by its path in workflows-examples. */
export const example = (path: string): string => readFileSync(join(REPOSITORY, 'workflows-examples', path), 'utf8')

export const COPY = 'FROM scratch\nCOPY app /app\n'
const APP = { Dockerfile: COPY, 'docker/Dockerfile': COPY, app: 'an app' }

interface ExampleOptions extends Partial<ActOptions> {
  /** The repository of ECR that is there before the run. */
  readonly repository?: string
}

/** What a test says of a run: the example's name, what act is given, and what to look at afterwards. */
export type ExampleRun = [name: string, options: ExampleOptions, look: (run: ActRun, ecr: EcrLocal) => Promise<void>]

/** Runs an example on act, which must be green and leave no secret, and hands it over with the registry. */
export async function runExample(engine: PrivateEngine, ...[name, options, look]: ExampleRun): Promise<void> {
  await using ecr = await startEcrLocal()
  if (options.repository) await createRepository(ecr, options.repository)
  const machine = { ...engine.env, ...ecr.environment, ...options.machine }
  const given = { workflow: example(`${name}.yml`), branch: 'main', files: APP, ...options, machine }
  await withAct(given, async (done) => {
    expect(done.exitCode, done.log).toBe(0)
    await look(done, ecr)
    const secrets = [...(await tokenStarts(ecr)), ...Object.values(options.secrets ?? {})]
    for (const secret of secrets) expect(tracesOf(secret, done)).toEqual([])
    expect(done.log).not.toContain(ecr.environment['AWS_SECRET_ACCESS_KEY'])
  })
}

/** The one image that all tags of the repository mean. */
export async function imageOf(ecr: EcrLocal, repository: string, ...tags: string[]): Promise<string> {
  const digests = await Promise.all(tags.map((tag) => digestOf(ecr, repository, tag)))
  expect(digests[0], `${repository}:${tags[0]}`).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(new Set(digests).size, tags.join()).toBe(1)
  return String(digests[0])
}
