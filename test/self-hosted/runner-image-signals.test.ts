import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { testFolder } from '../../packages/core/test/support/folder.ts'
import { below, isFile } from '../../packages/runner-harness/src/folders.ts'
import { ProcessWatch } from '../../packages/runner-harness/src/process-watch.ts'
import {
  fakeContainer,
  organisation,
  PAT,
  REGISTER,
  REGISTRATION_TOKEN,
  REMOVE,
} from '../../packages/stand-ins/src/runner-image.ts'

let folder: string
beforeEach(() => {
  folder = testFolder()
})

const registering = (call: string) => call.startsWith('GET /orgs/acme/actions/runners?name=')

describe('SIGTERM', () => {
  it.each<[string, string, string[], string[]]>([
    ['while it registers', 'registering', ['config', 'token'], ['GET', REMOVE]],
    ['while it waits for a job', 'idle', ['config', 'token', 'run', 'running', 'signal'], [REMOVE]],
    // The runner itself removes the registration with the end of the job.
    ['in a job', 'busy', ['config', 'token', 'run', 'running', 'signal'], []],
  ])('%s ends it with 143, and leaves no secret, process or registration', async (_, STUB, log, calls) => {
    await using github = await organisation()
    const container = fakeContainer(folder, github)
    const start = container.start({ STUB })
    const watch = await ProcessWatch.shared()
    watch.begin(STUB, {
      root: start.process.pid ?? 0,
      environment: `STUB_LOG=${join(container.folder, 'log')}`,
      folder: container.folder,
    })
    await start.reached(STUB === 'registering' ? 'token' : 'running')
    start.process.kill('SIGTERM')
    const { status, said } = await start.ended
    expect(status, said).toBe(143)
    expect(container.log().map((line) => line.split(' ')[0])).toEqual(log)
    expect(github.calls.map((call) => (registering(call) ? 'GET' : call))).toEqual([REGISTER, ...calls])

    const { argv, survivors } = await watch.end(STUB)
    expect(survivors).toEqual([])
    // The stub notes its own arguments; the watch sees those of whatever lives long enough.
    expect(argv.length).toBeGreaterThan(0)
    expect(container.log()[0]).toContain('--unattended')
    const files = below(container.folder).map((path) => join(container.folder, path))
    const written = files.filter((path) => isFile(path)).map((path) => readFileSync(path, 'utf8'))
    const seen = [said, ...written, ...container.log(), ...argv.flat()].join('\n')
    expect(seen).toContain(STUB === 'registering' ? 'config --unattended' : `STUB=${STUB}`)
    for (const secret of [PAT, REGISTRATION_TOKEN]) expect(seen).not.toContain(secret)
  })

  it('while Docker is waited for ends it before it is registered', async () => {
    await using github = await organisation()
    const container = fakeContainer(folder, github)
    const start = container.start({ DOCKER_HOST: `unix://${folder}/none.sock`, RUNNER_DOCKER_TIMEOUT: '60s' })
    let said = ''
    await new Promise<void>((waits) => {
      start.process.stderr?.on('data', (text: string) => {
        said += text
        if (said.includes('Endpoint')) waits()
      })
    })
    start.process.kill('SIGINT')
    expect((await start.ended).status).toBe(130)
    expect(github.calls).toEqual([])
  })
})
