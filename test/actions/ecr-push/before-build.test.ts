import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob, type Job, leaks } from '../../../packages/runner-harness/src/index.ts'
import { clientOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { sessionKeys } from '../../support/aws-places.ts'
import { mountTemporary } from '../../support/small-disk.ts'

const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'

describe('ecr-push before the build', () => {
  const engine = useEngine()
  let ecr: EcrLocal
  let folder: string
  let servers: Server[]
  let sockets: Socket[]

  beforeEach(async () => {
    ecr = await startEcrLocal()
    await clientOf(ecr).send(new CreateRepositoryCommand({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' }))
    folder = mkdtempSync(join(tmpdir(), 'before-'))
    servers = []
    sockets = []
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    for (const server of servers) server.close()
    await ecr.close()
    rmSync(folder, { recursive: true })
  })

  /** A server on a socket of its own. */
  async function listen(name: string, serve: (socket: Socket) => void): Promise<string> {
    const path = join(folder, name)
    const server = createServer((socket) => {
      sockets.push(socket)
      serve(socket)
    })
    servers.push(server)
    await new Promise<void>((listening) => server.listen(path, listening))
    return `unix://${path}`
  }

  async function push(
    given: Record<string, string | boolean>,
    machine: Readonly<Record<string, string>> = {},
    prepare: (job: Job) => () => void = () => () => undefined,
  ) {
    await using job = await createJob({
      machine: { ...engine().env, ...ecr.environment, ...machine },
      ref: 'refs/heads/master',
      sha: SHA,
      workspace: {
        Dockerfile: 'FROM scratch\nCOPY app /app\n',
        app: 'an app',
        'tell.sh': '#!/bin/sh\nenv | cut -d= -f1; exit 3\n',
      },
    })
    const before = ecr.calls.length
    const undo = prepare(job)
    const step = await job.run('ecr-push', { with: { repo: 'app', ...given } }).finally(undo)
    expect(leaks(job, [ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...step.masks])).toEqual([])
    return { step, calls: ecr.calls.slice(before) }
  }

  it.runIf(process.getuid?.() === 0)('finds that no program runs in RUNNER_TEMP (as root)', async () => {
    const { step, calls } = await push({ create_repo: true, repo: 'new' }, {}, (job) =>
      mountTemporary(job, '16m', 'noexec'),
    )
    expect(step.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^RUNNER_TEMP is where Docker's login lies, in "\S+", and no program can be run there: its file system is mounted with 'noexec'\. Give the runner another folder/,
      ),
    ])
    expect(calls.map(({ operation }) => operation)).not.toContain('CreateRepository')
  })

  it("gives prebuild_script none of the runner's tokens, and those of the user", async () => {
    const names = ['RUNTIME_TOKEN', 'RUNTIME_URL', 'RESULTS_URL', 'CACHE_URL', 'ID_TOKEN_REQUEST_TOKEN']
    const machine = Object.fromEntries(
      [...names, 'ID_TOKEN_REQUEST_URL'].map((name) => [`ACTIONS_${name}`, 'of-the-runner']),
    )
    const { step } = await push(
      { prebuild_script: './tell.sh', tags: '1' },
      { ...machine, GITHUB_TOKEN: 'of the user' },
    )
    expect(step.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The prebuild_script ".\/tell\.sh" ended with exit status 3: /),
    ])
    expect(step.log).toMatch(/^DOCKER_CONFIG$/m)
    expect(step.log).toMatch(/^GITHUB_TOKEN$/m)
    expect(step.log).not.toMatch(/^(?:ACTIONS|INPUT)_/m)
  })

  const expiredSession = async () => {
    const keys = await sessionKeys(ecr, 'ci')
    ecr.expireSessions()
    return {
      AWS_ACCESS_KEY_ID: keys.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
      AWS_SESSION_TOKEN: keys.SessionToken,
    }
  }
  const docker = (host: string) => async () => ({ DOCKER_HOST: host })
  type Machine = () => Promise<Readonly<Record<string, string>>>

  it.each<[string, Record<string, string | boolean>, Machine, RegExp]>([
    [
      'a file of --secret that is not there',
      { create_repo: true, repo: 'new', extra_build_args: '--secret id=a,src=none' },
      async () => ({}),
      /^Input 'extra_build_args' has '--secret' "id=a,src=none", and there is no file "none" in /,
    ],
    [
      'a time that is none',
      { create_repo: true, repo: 'new' },
      async () => ({ SOURCE_DATE_EPOCH: 'today' }),
      /^The variable SOURCE_DATE_EPOCH is "today", but must be a number of seconds/,
    ],
    [
      'a missing repository',
      { repo: 'none' },
      async () => ({}),
      /^There is no ECR repository 'none'.*'create_repo: true'/,
    ],
    ['an expired session', {}, expiredSession, /^The AWS session from the environment .* has expired\. Get new/],
    [
      'the registry of another account',
      { account_id: '111122223333' },
      async () => ({}),
      /^AWS denies ecr:DescribeRepositories to \S+ on \S+:111122223333:\S+, which belongs to another account\. .*|^There is no ECR repository 'app'/,
    ],
    [
      'another account in front of the name',
      { repo: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/app', account_id: '123456789012' },
      async () => ({}),
      /^Input 'repo' has "app" in registry 111122223333 .* uses registry 123456789012 .*'account_id' and 'region'\.$/,
    ],
    [
      'another region in front of the name',
      { repo: '123456789012.dkr.ecr.us-east-1.amazonaws.com/app' },
      async () => ({}),
      /^Input 'repo' has "app" in registry 123456789012 of region us-east-1, .* in region eu-central-1\. /,
    ],
    [
      'a repository of another region',
      { region: 'us-east-1' },
      async () => ({}),
      /^There is no ECR repository 'app' in/,
    ],
    [
      'no daemon',
      {},
      docker('unix:///nowhere/docker.sock'),
      /^Docker is not ready \(folder_missing\): .* If it is still starting, wait for it with 'wait_for_docker: 60s'\.$/,
    ],
    [
      'a closed port',
      {},
      docker('tcp://127.0.0.1:1'),
      /^Docker is not ready \(connection_refused\): tcp:\/\/127\.0\.0\.1:1 /,
    ],
    [
      'a daemon that says nothing',
      {},
      async () => ({ DOCKER_HOST: await listen('silent.sock', () => undefined) }),
      /^Docker is not ready \(not_answering\): /,
    ],
    [
      'a wait that cannot help',
      { wait_for_docker: '1h' },
      async () => {
        mkdirSync(join(folder, 'docker.sock'))
        return { DOCKER_HOST: `unix://${folder}/docker.sock` }
      },
      /^Docker is not ready \(socket_is_folder\) after \d+ ms, waiting does not cure this: /,
    ],
    [
      'a wait that was too short',
      { wait_for_docker: '300ms' },
      async () => ({ DOCKER_HOST: `unix://${folder}/docker.sock` }),
      /^Docker is not ready \(socket_missing\) after [\d.]+ m?s, the time is up: .*raise 'wait_for_docker'\.$/,
    ],
  ])('fails in one line for %s', async (_name, given, machine, line) => {
    const { step, calls } = await push(given, await machine())
    expect(step.conclusion).toBe('failure')
    const errors = step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
    expect(errors).toEqual([expect.stringMatching(line)])
    expect(errors[0]).not.toContain('\n')
    expect(step.argv.filter((argv) => argv.includes('build'))).toEqual([])
    expect(calls.filter(({ operation }) => /^(Put|Create|Initiate|PUT|POST)/.test(operation))).toEqual([])
  })

  it('fails in one line for a tag that cannot move', async () => {
    const first = await push({ tags: '1' })
    expect(first.step.conclusion, first.step.log).toBe('success')
    const { step, calls } = await push({ tags: '1' })
    const errors = step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
    expect(errors).toEqual([expect.stringMatching(/^Tag '1' of app already has an image and cannot move/)])
    expect(step.argv.filter((argv) => argv.includes('build'))).toEqual([])
    expect(calls.filter(({ operation }) => /^(Put|Create|Initiate|PUT|POST)/.test(operation))).toEqual([])
  })

  it('waits for a daemon that is still starting', async () => {
    const { socket } = engine() as { socket?: string }
    const target = socket ?? new URL(engine().host).pathname
    const late = sleep(1_500).then(() =>
      listen('late.sock', (client) => {
        const daemon = connect(target)
        sockets.push(daemon)
        client
          .on('error', () => daemon.destroy())
          .pipe(daemon)
          .on('error', () => client.destroy())
          .pipe(client)
      }),
    )
    const { step } = await push({ wait_for_docker: '60s' }, { DOCKER_HOST: `unix://${folder}/late.sock` })
    await late
    expect(step.conclusion, step.log).toBe('success')
    expect(step.log).toMatch(/^Docker is ready at unix:\/\/\S+\/late\.sock after \d.*\.$/m)
  })
})
