import { Failure, type GitHubEvent } from '@container-actions/core'
import { expect, test } from 'vitest'
import { eventLabels, RUN_ID_LABEL, sourceDate, withEventLabels } from '../../src/tags/image-labels.ts'

const NOTHING: GitHubEvent = {
  name: '',
  payload: {},
  ref: '',
  refName: '',
  refType: '',
  headRef: '',
  baseRef: '',
  sha: '',
  repository: '',
  serverUrl: '',
  apiUrl: '',
  runId: '',
}
const NAMED = { version: '1.2', created: new Date(0) }
const ALWAYS = {
  'org.opencontainers.image.version': '1.2',
  'org.opencontainers.image.created': '1970-01-01T00:00:00.000Z',
}

test('the event fills the vocabulary', () => {
  const repository = {
    name: 'app',
    description: 'Sells "tea"; $(id)',
    html_url: 'https://github.example/team/app',
    license: { spdx_id: 'MIT' },
  }
  const event = { ...NOTHING, payload: { repository }, sha: 'abc', refName: 'feature/x', runId: '77' }
  expect(eventLabels(event, NAMED)).toEqual({
    ...ALWAYS,
    'org.opencontainers.image.title': 'app',
    'org.opencontainers.image.description': 'Sells "tea"; $(id)',
    'org.opencontainers.image.url': 'https://github.example/team/app',
    'org.opencontainers.image.source': 'https://github.example/team/app',
    'org.opencontainers.image.revision': 'abc',
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.ref.name': 'feature/x',
    [RUN_ID_LABEL]: '77',
  })
})

test('without a payload the variables do; what is not known is left out', () => {
  expect(eventLabels(NOTHING, NAMED)).toEqual(ALWAYS)
  const known = { ...NOTHING, repository: 'team/app', serverUrl: 'https://github.com' }
  expect(eventLabels(known, NAMED)).toEqual({
    ...ALWAYS,
    'org.opencontainers.image.title': 'app',
    'org.opencontainers.image.url': 'https://github.com/team/app',
    'org.opencontainers.image.source': 'https://github.com/team/app',
  })
})

test.each([null, 'app', 7, [], { name: null, license: null, description: 'a\0b' }])(
  'a payload with the repository %j tells nothing',
  (repository) => {
    expect(eventLabels({ ...NOTHING, payload: { repository } }, NAMED)).toEqual(ALWAYS)
  },
)

test.each(['$(id)', '-x', 'a//b', 'a b', 'x"'])('the ref %j has no form that ref.name allows', (refName) => {
  expect(eventLabels({ ...NOTHING, refName }, NAMED)).toEqual(ALWAYS)
})

test('a label of the user stands in place of ours, even an empty one', () => {
  const event = { a: '1', b: '2', c: '3' }
  expect(withEventLabels(['b=x=y', 'c=', 'd=4'], event)).toEqual(['a=1', 'b=x=y', 'c=', 'd=4'])
})

test('SOURCE_DATE_EPOCH is the time of creation where it is one', () => {
  expect(sourceDate({ SOURCE_DATE_EPOCH: '86400' })?.toISOString()).toBe('1970-01-02T00:00:00.000Z')
  for (const epoch of [undefined, '']) expect(sourceDate({ SOURCE_DATE_EPOCH: epoch })).toBeUndefined()
})

// The last one has milliseconds.
test.each(['yesterday', '-1', '1e3', ' 1', '1700000000000'])('SOURCE_DATE_EPOCH must not be %j', (epoch) => {
  expect(() => sourceDate({ SOURCE_DATE_EPOCH: epoch })).toThrow(
    new Failure(
      `The variable SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}, but must be a number of seconds since 1970, such as 1700000000. Fix or remove it.`,
    ),
  )
})
