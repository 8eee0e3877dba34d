import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker } from '../../packages/docker-engine/src/images.ts'
import type { PrivateEngine } from '../../packages/docker-engine/src/index.ts'
import { putPrograms, putShell } from '../../packages/docker-engine/src/shell.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { digestOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { useAct } from '../support/act/act.ts'
import { githubToken, startTokenEndpoint } from '../support/aws-places.ts'
import { needProgram } from '../support/client-programs.ts'
import { type ExampleRun, imageOf, runExample } from './support/example-run.ts'

const SSH_KEYGEN = '/usr/bin/ssh-keygen'

const COMPOSE = `services:
  app:
    image: \${IMAGE}
    network_mode: none
    stdin_open: true
    command: [sh, -c, read line]
`

/** The image that an engine's one container runs; the container is removed. */
async function deployed(engine: PrivateEngine): Promise<string> {
  const container = await docker(engine, 'ps', '--quiet')
  const image = await docker(engine, 'inspect', '--format', '{{.Config.Image}}', container)
  await docker(engine, 'rm', '--force', container)
  return image
}

describe('a deployment of workflows-examples on act', () => {
  useAct()
  const engine = useEngine('sid')
  const host = useEngine('bookworm')
  const run = (...of: ExampleRun) => runExample(engine(), ...of)

  it('with compose', () =>
    run(
      'deploy-compose',
      {
        files: { Dockerfile: 'FROM scratch\nCOPY rootfs /\n', 'compose.yaml': COMPOSE },
        lay: (folder) => putShell(join(folder, 'rootfs')),
      },
      async ({ sha }, ecr) => {
        const digest = await imageOf(ecr, 'team/app', 'latest', sha)
        expect(await deployed(engine())).toBe(`${ecr.registry}/team/app@${digest}`)
      },
    ))

  describe('over ssh', () => {
    needProgram(SSH_KEYGEN, 'clients.sh')
    let folder: string
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'ssh-'))
    })
    afterAll(() => rmSync(folder, { recursive: true }))

    /** Makes a key of the deployment. @returns what the secret holds, and the public part as an agent lists it */
    function makeKey(): { secret: string; listed: string } {
      const file = join(folder, 'key')
      execFileSync(SSH_KEYGEN, ['-q', '-t', 'ed25519', '-N', '', '-C', 'deploy', '-f', file])
      return { secret: readFileSync(file, 'utf8').trim(), listed: readFileSync(`${file}.pub`, 'utf8').trim() }
    }

    /** Instead of ssh: notes the host and the keys of the agent, and runs the command where nothing of the job is known. */
    function putSsh(): string {
      const { DOCKER_HOST = '', PATH = '' } = host().env
      const lines = [
        '#!/bin/sh',
        `{ echo "$@"; ssh-add -L; } >>'${folder}/asked'`,
        'while [ "$1" != -- ]; do shift; done; shift 2',
        `exec env -i PATH='${PATH}' HOME='${folder}' DOCKER_HOST='${DOCKER_HOST}' sh -c "$*"`,
      ]
      writeFileSync(join(folder, 'ssh'), `${lines.join('\n')}\n`)
      chmodSync(join(folder, 'ssh'), 0o755)
      return [folder, engine().env['PATH']].join(delimiter)
    }

    it('sends the login along with the pull, and the key to the agent alone', async () => {
      await using github = await startTokenEndpoint(githubToken())
      const key = makeKey()
      await run(
        'deploy-ssh',
        {
          machine: { ...github.environment, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', PATH: putSsh() },
          repository: 'team/app',
          files: { Dockerfile: 'FROM scratch\nCOPY rootfs /\nCMD ["/bin/sleep", "600"]\n' },
          lay: (files) => putPrograms(join(files, 'rootfs'), { '/bin/sleep': '/bin/sleep' }),
          vars: { AWS_ROLE: 'arn:aws:iam::123456789012:role/deploy', DEPLOY_HOST: 'deploy@host.example' },
          secrets: { DEPLOY_KEY: key.secret },
        },
        async ({ sha }, ecr) => {
          const digest = await digestOf(ecr, 'team/app', sha)
          expect(await deployed(host())).toBe(`${ecr.registry}/team/app@${digest}`)
          const asked = readFileSync(join(folder, 'asked'), 'utf8')
          expect(asked).toMatch(/-l deploy .*host\.example docker system dial-stdio\n/)
          expect(asked).toContain(key.listed)
        },
      )
    })
  })
})
