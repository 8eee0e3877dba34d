import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { relativeTargets } from '../../scripts/release/links.ts'
import { readmeOf, rootReadme } from '../../scripts/release/readme.ts'
import { checkRelease, withExamples } from '../../scripts/release/release.ts'

const COMMIT = 'a'.repeat(40)
const RELEASE = { repository: 'acme/ci', version: 'v2.3.4', commit: COMMIT }

describe('an example in a release', () => {
  it.each([
    ['uses: org/actions/ecr-push@v1', 'uses: acme/ci/ecr-push@v2'],
    ['`org/actions/<name>@v1`', '`org/actions/<name>@v1`'],
    ['+ uses: "org/actions/x@v1"', '+ uses: "acme/ci/x@v2"'],
    ['org/actions/x@v1.', 'acme/ci/x@v2.'],
    ['--local-repository org/actions@v1=.', '--local-repository acme/ci@v2=.'],
    ['org/actions/x@0a1b # v1.2.3', 'acme/ci/x@0a1b # v1.2.3'],
    ['org/actions/x@v1.2.3', 'acme/ci/x@v1.2.3'],
    ['my-org/actions/x@v1 https://github.com/org/actions', 'my-org/actions/x@v1 https://github.com/org/actions'],
  ])('%s is %s', (source, released) => {
    expect(withExamples(source, RELEASE)).toBe(released)
  })
})

describe('a link in a release', () => {
  const url = (form: string, path: string) => `https://github.com/acme/ci/${form}/${COMMIT}/${path}`
  it.each([
    ['README.md', '[a `b`](actions/ecr-push)', '[a `b`](ecr-push)'],
    ['README.md', '[a](./actions/ecr-push/README.md#inputs)', '[a](ecr-push/README.md#inputs)'],
    ['README.md', '[a](LICENSE)', '[a](LICENSE)'],
    ['README.md', '[a](docs/docker-ready.md)', `[a](${url('blob', 'docs/docker-ready.md')})`],
    ['README.md', '[a](packages/ecr-local/)', `[a](${url('tree', 'packages/ecr-local')})`],
    ['README.md', '[![a](LICENSE)](.npmrc)', `[![a](LICENSE)](${url('blob', '.npmrc')})`],
    ['README.md', '![a](.npmrc)', `![a](${url('raw', '.npmrc')})`],
    ['README.md', '<img src=".npmrc">', `<img src="${url('raw', '.npmrc')}">`],
    ['README.md', 'text\n[a]: .npmrc\n', `text\n[a]: ${url('blob', '.npmrc')}\n`],
    ['actions/ecr-push/README.md', '[a](../ecr-login/README.md#b)', '[a](../ecr-login/README.md#b)'],
    ['actions/ecr-push/README.md', '[a](action.yml)', '[a](action.yml)'],
    ['actions/ecr-push/README.md', '[a](src/main.ts)', `[a](${url('blob', 'actions/ecr-push/src/main.ts')})`],
    ['actions/ecr-push/README.md', '[a](../../LICENSE)', '[a](../LICENSE)'],
    ['README.md', '[a](#here) [b](https://example.com/x) `[c](d)`', '[a](#here) [b](https://example.com/x) `[c](d)`'],
    ['README.md', '```md\n[c](d)\n```\n[a](LICENSE)', '```md\n[c](d)\n```\n[a](LICENSE)'],
  ])('of %s: %s is %s', (file, source, released) => {
    expect(readmeOf(REPOSITORY, file, source, RELEASE)).toBe(released)
  })

  it('to nothing is an error', () => {
    expect(() => readmeOf(REPOSITORY, 'README.md', '[a](docs/gone.md)', RELEASE)).toThrow(
      'README.md links to docs/gone.md, which does not exist.',
    )
  })
})

it('leaves out what is for those who have the sources, and says what the tree is', () => {
  const source = '# A\n\n<!-- sources only -->\nnpm test\n<!-- /sources only -->\n\nB\n'
  const released = rootReadme(REPOSITORY, source, RELEASE)
  expect(released).toMatch(/^# A\n\nB\n\n## About this release\n\nThis is acme\/ci v2\.3\.4 /)
  expect(relativeTargets(released)).toEqual([])
})

it.each([
  [{ repository: 'acme' }, "The repository must be like owner/name; it is 'acme'."],
  [{ repository: 'acme/ci/x' }, "The repository must be like owner/name; it is 'acme/ci/x'."],
  [{ version: '1.2.3' }, "The version must be like v1.2.3; it is '1.2.3'."],
  [{ version: 'v1.2' }, "The version must be like v1.2.3; it is 'v1.2'."],
  [{ version: 'v1.02.3' }, "The version must be like v1.2.3; it is 'v1.02.3'."],
  [{ commit: 'abc' }, "The commit must be a full hash; it is 'abc'."],
])('refuses %j', (wrong, message) => {
  expect(() => checkRelease({ ...RELEASE, ...wrong })).toThrow(message)
})
