import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { digestOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { actBinary, useAct } from '../support/act/act.ts'
import { commitRepository } from '../support/act/act-repository.ts'
import { actionNames, manifestOf } from '../support/contract/contract.ts'

const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')

/** The blocks of a language below a heading, as they are written. */
function blocks(heading: string, language: string): string[] {
  const [, section = ''] = new RegExp(`^## ${heading}\\n([^]*?)(?=^## )`, 'm').exec(README) ?? []
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)
}

it('lists every action, and commands that there are', () => {
  for (const name of actionNames(REPOSITORY)) expect(README).toContain(`| [\`${name}\`](actions/${name})`)
  const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'))
  const commands = [...README.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script)
  expect(commands).toEqual(expect.arrayContaining(['demo', 'migrate']))
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands))
})

it('asks for a dry run of an action that has one', () => {
  expect(README).toContain('Add `dry_run: true` to ecr-push')
  expect(manifestOf(REPOSITORY, 'ecr-push').inputs).toHaveProperty('dry_run')
})

/** An ecr-local's addresses and keys, at a port that is free now: the one of the README may be in use. */
async function freePlace() {
  await using ecr = await startEcrLocal()
  const { endpoint, registry, region, environment } = ecr
  return { endpoint, registry, region, environment, port: new URL(endpoint).port }
}

const DONE = 'the commands are done'

/** Runs commands in bash to their end, and keeps what they left running until `look` is over. @returns their log */
async function running(commands: readonly string[], env: NodeJS.ProcessEnv, look: () => Promise<void>) {
  const script = ["trap 'kill $(jobs -p); wait' EXIT", ...commands, `echo ${DONE}`, 'read -r _ || :'].join('\n')
  const bash = spawn('bash', ['-euc', script], { cwd: REPOSITORY, env, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(bash, 'close')
  const errors = text(bash.stderr)
  const lines: string[] = []
  for await (const line of createInterface(bash.stdout)) {
    lines.push(line)
    if (line !== DONE) continue
    await look().finally(() => bash.stdin.end())
  }
  const [code] = await ended
  return { code, log: [...lines, await errors].join('\n') }
}

describe('the workflow of the README, by the commands of the README,', () => {
  useAct()
  const engine = useEngine('sid')
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'readme-'))
    for (const name of ['home', 'tmp', 'app']) mkdirSync(join(folder, name))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('pushes to an ECR on this machine', async () => {
    const [workflow = '', ...otherWorkflows] = blocks('One workflow', 'yaml')
    const [start = '', run = '', ...otherCommands] = blocks('On your laptop', 'sh')
    expect([...otherWorkflows, ...otherCommands]).toEqual([])
    const files = {
      '.github/workflows/build.yml': workflow,
      'docker/Dockerfile': 'FROM scratch\nCOPY app /app\n',
      app: 'an app',
    }
    const sha = commitRepository(join(folder, 'app'), { files, branch: 'main' })
    const { port, ...ecr } = await freePlace()
    const env = {
      ...engine().env,
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'tmp'),
      PATH: [engine().env['PATH'], dirname(actBinary() ?? '')].join(delimiter),
      APP: join(folder, 'app'),
    }
    const digests: (string | undefined)[] = []
    const commands = [start, 'cd "$APP"', run].map((block) => block.replaceAll('5000', port))
    const { code, log } = await running(commands, env, async () => {
      for (const tag of ['latest', sha]) digests.push(await digestOf(ecr, 'team/app/main', tag))
    })
    expect(code, log).toBe(0)
    expect(digests[0], log).toMatch(/^sha256:/)
    expect(digests[1]).toBe(digests[0])
  })
})
