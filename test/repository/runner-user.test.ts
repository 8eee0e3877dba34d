import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { USER_TAGS } from '../support/runner-user.ts'

/** How many tests of a suite run as the user of a runner, at least, with each umask. */
interface Suite {
  readonly name: string
  readonly file: string
  /** What the names of its tests have in them. */
  readonly tests: RegExp
  readonly atLeast: number
}

const SUITES: readonly Suite[] = [
  { name: 'login', file: 'ecr-login/ecr-login.test.ts', tests: /./, atLeast: 6 },
  { name: "login, with Docker's clients", file: 'ecr-login/docker.test.ts', tests: /./, atLeast: 7 },
  { name: 'push', file: 'ecr-push/ecr-push.test.ts', tests: /./, atLeast: 20 },
  { name: 'cancel', file: 'ecr-push/ecr-push.test.ts', tests: /on SIG(?:INT|TERM)/, atLeast: 6 },
  { name: 'leftovers', file: 'ecr-push/ecr-push.test.ts', tests: /leaves no secret/, atLeast: 1 },
  { name: 'leftovers of a login', file: 'ecr-login/ecr-login.test.ts', tests: /the end of the job/, atLeast: 3 },
  { name: 'kill', file: 'ecr-push/killed.test.ts', tests: /./, atLeast: 1 },
  { name: 'kill during a login', file: 'ecr-login/jobs.test.ts', tests: /killed at any moment/, atLeast: 1 },
  { name: 'causes', file: 'docker-ready/causes.test.ts', tests: /./, atLeast: 6 },
]

const LIST = `import { createVitest } from 'vitest/node'
const vitest = await createVitest('test', { watch: false, project: ['whole'], reporters: [] })
const { testModules } = await vitest.collect(process.argv.slice(1), { staticParse: false })
const tests = testModules.flatMap((module) => [...module.children.allTests()].map((test) => ({
  file: module.relativeModuleId, name: test.fullName, tags: test.tags,
})))
await vitest.close()
console.log(JSON.stringify(tests))
process.exit()
`

interface Listed {
  readonly file: string
  readonly name: string
  readonly tags: readonly string[]
}

describe('the tests that run as the user of a runner', () => {
  let tests: readonly Listed[] = []
  beforeAll(() => {
    const files = [...new Set(SUITES.map(({ file }) => `test/actions/${file}`))]
    const options = { cwd: REPOSITORY, encoding: 'utf8', env: { ...process.env, VITEST: '' } } as const
    const listed = execFileSync(process.execPath, ['--input-type=module', '--eval', LIST, ...files], options)
    tests = JSON.parse(listed.trimEnd().split('\n').at(-1) ?? '')
  })

  it.each(Object.keys(USER_TAGS))('are enough of each suite as %s', (tag) => {
    const few = SUITES.filter(({ file, tests: pattern, atLeast }) => {
      const found = tests.filter(
        (each) => each.file.endsWith(file) && each.tags.includes(tag) && pattern.test(each.name),
      )
      return found.length < atLeast
    })
    expect(few).toEqual([])
  })
})
