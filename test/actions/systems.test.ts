import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { runProgram } from '../support/client-programs.ts'
import { actionNames, manifestOf } from '../support/contract/contract.ts'

const NAMES = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' } as const
const names = actionNames(REPOSITORY).filter((name) => manifestOf(REPOSITORY, name).runs.using !== 'composite')

/** Where it begins, an action ends soon: it waits for no daemon, and nothing can be asked on the network. */
const NOWHERE = {
  ...{ GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '', GITHUB_API_URL: 'http://127.0.0.1:9', HTTPS_PROXY: '127.0.0.1:9' },
  ...{ INPUT_TIMEOUT: '100ms', AWS_REGION: '', AWS_DEFAULT_REGION: '', AWS_EC2_METADATA_DISABLED: 'true' },
}

/** The names in the sentence of the README. */
const documented = (name: string): string =>
  /^Runs on (.*?)\./m.exec(readFileSync(join(REPOSITORY, 'actions', name, 'README.md'), 'utf8'))?.[1] ?? ''

/** What the bundle says before anything else on another system, as it is told by Node; nothing where it begins. */
async function refusalOn(name: string, platform: string): Promise<string | undefined> {
  const preload = `data:text/javascript,Object.defineProperty(process,'platform',{value:'${platform}'})`
  const bundle = join(REPOSITORY, 'actions', name, 'dist/index.js')
  const { stdout } = await runProgram(process.execPath, ['--import', preload, bundle], { env: NOWHERE })
  return /^::error::(This action runs on .*?)\r?$/m.exec(stdout)?.[1]
}

it.each(names)('%s runs on the systems that its README names, and says so on the others', async (name) => {
  const refusals = await Promise.all(Object.keys(NAMES).map((platform) => refusalOn(name, platform)))
  const supported = Object.values(NAMES).filter((_, index) => refusals[index] === undefined)
  expect(documented(name)).toBe(supported.join(', ').replace(/, (\w+)$/, ' and $1'))
  for (const [index, system] of Object.values(NAMES).entries()) {
    if (refusals[index] === undefined) continue
    expect(refusals[index]).toBe(
      `This action runs on ${documented(name)}, but this runner has ${system}. Use a Linux runner for the job: 'runs-on: [self-hosted, Linux]'.`,
    )
  }
})

it('ecr-pipeline runs where all of its actions do', () => {
  expect(documented('ecr-pipeline')).toBe(documented('ecr-push'))
})
