import { join } from 'node:path'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { expect } from 'vitest'
import type { EcrLocal } from '../../../../packages/ecr-local/src/index.ts'
import { registryClient } from '../../../../packages/ecr-local/test/support/registry-client.ts'
import { createJob, type Step } from '../../../../packages/runner-harness/src/index.ts'
import type { Place } from '../../../support/aws-places.ts'
import { dockerStandIn } from '../../../support/docker-stand-in.ts'
import { clientOf, errorsOf } from '../../../support/ecr-repository.ts'
import { folderOf, keyOf } from './hostile-inputs.ts'

const WRITES = /^(?:Put|Set|Create|Delete|Tag|Initiate|Upload|Complete|POST|PUT|PATCH|DELETE)/

/** What all jobs share. */
export interface Places {
  readonly ecr: EcrLocal
  readonly daemon: Place
}

let accounts = 0

/** A job in an account of its own whose repository has one image, and files with the value as their names. */
export async function hostileJob(
  { ecr, daemon }: Places,
  value: string,
  machine: Readonly<Record<string, string>> = {},
) {
  const account = String(200_000_000_000 + ++accounts)
  const client = clientOf(ecr, account)
  await client.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  const { digest } = await (await registryClient(client)).image('app', '1', 'an app')
  const marked = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }
  const policy = { Version: '2012-10-17', Statement: [{ ...marked, Condition: { StringEquals: { 'aws:x': value } } }] }
  const before = ecr.calls.length
  const job = await createJob({
    machine: { ...ecr.environmentOf({ account }), IN_ENV: 'from the runner', ...machine },
    workspace: {
      [value]: JSON.stringify(policy),
      [`${folderOf(value)}/x`]: '',
      [keyOf(value)]: '',
      'record.sh': '#!/bin/sh\nprintf "%s\\0" "$@" > recorded\n',
    },
  })
  const docker = dockerStandIn(join(job.folders.root, 'docker'), daemon, digest)
  const written = () =>
    ecr.calls
      .slice(before)
      .filter((call) => call.account === account && WRITES.test(call.operation))
      .map(({ operation }) => operation)
  const push = async (given: Record<string, string>) => {
    const options = { repo: 'app', tags: '1', dockerfile: 'record.sh', ...given }
    const step = await job.run('ecr-push', { env: docker.environment, with: options })
    expect(step.commands.filter(({ name }) => name === 'add-path')).toEqual([])
    return step
  }
  return { job, docker, client, written, push }
}

export type HostileJob = Awaited<ReturnType<typeof hostileJob>>

/** The line of a step that has to be refused before it did anything. */
export function refusal(step: Step, { docker, written }: HostileJob): string {
  const errors = errorsOf(step)
  expect(errors, step.log).toHaveLength(1)
  expect(errors[0]).not.toContain('\n')
  expect(step.log).not.toMatch(/^ {4}at /m)
  expect(written()).toEqual([])
  expect(docker.calls().filter(([command, what]) => command === 'push' || what === 'build')).toEqual([])
  return errors[0] ?? ''
}
