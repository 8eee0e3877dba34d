import { WebError } from '@container-actions/core'
import { inputsOf, memoryJob } from '@container-actions/core/testing'
import { describe, expect, it } from 'vitest'
import { readInputs } from '../src/inputs.ts'
import { main, type Ports } from '../src/main.ts'
import type { Releases } from '../src/releases.ts'
import { COMMAND_LINE } from '../src/settings.ts'
import { parseVersion, type Version } from '../src/version.ts'

const version = (text: string) => parseVersion(text) as Version
const NAME = 'actions-runner-linux-x64-2.333.0.tar.gz'
const RELEASES: Releases = {
  latest: version('2.333.0'),
  notices: [],
  releases: [
    {
      version: version('2.333.0'),
      publishedAt: new Date('2026-03-18'),
      assets: [{ name: NAME, url: 'https://dl/x', sha256: 'a' }],
    },
    { version: version('2.332.0'), publishedAt: new Date('2026-02-25'), assets: [] },
  ],
}

const ports = (more: Partial<Ports> = {}): Ports => ({
  installed: (given) => ({ version: version(given), source: 'a test' }),
  releases: async () => RELEASES,
  offer: () => expect.unreachable('nobody asked'),
  platform: 'linux-x64',
  now: () => new Date('2026-03-20T12:00:00Z'),
  ...more,
})

async function run(inputs: Record<string, string>, more: Partial<Ports> = {}, owner = 'acme') {
  const job = memoryJob({ GITHUB_REPOSITORY_OWNER: owner })
  const reader = inputsOf({ ...COMMAND_LINE.defaults, installed: '2.332.0', ...inputs })
  const read = readInputs(reader)
  reader.check()
  const outputs = await main(read, ports(more), job).catch((error: Error) => error)
  return { outputs, lines: job.told.lines, summary: job.told.summary.join('') }
}

describe('main', () => {
  it('compares, and names what to install', async () => {
    const { outputs, lines, summary } = await run({})
    expect(outputs).toEqual({
      installed: '2.332.0',
      latest: '2.333.0',
      latest_published_at: '2026-03-18T00:00:00.000Z',
      deadline: '2026-04-17T00:00:00.000Z',
      days_left: '27',
      behind: '1',
      status: 'stale',
      update_needed: true,
      asset_name: NAME,
      asset_url: 'https://dl/x',
      sha256: 'a',
    })
    expect(lines).toEqual([
      'Installed: 2.332.0, by a test',
      'Runner 2.332.0 is 1 release behind 2.333.0; GitHub gives it jobs for 27 more days.',
    ])
    expect(summary).toContain('2.332.0')
  })

  it('warns when the end is near, and fails where it is told to', async () => {
    const { outputs, lines } = await run({ warn_days: '27' })
    expect(outputs).toMatchObject({ status: 'expiring' })
    expect(lines.at(-1)).toBe(
      'warning: Runner 2.332.0 gets no jobs after 2026-04-17 (27 days left); the latest is 2.333.0. Rebuild the image or update the runner.',
    )
    const failed = await run({ warn_days: '27', fail_on: 'expiring' })
    expect(failed.outputs).toMatchObject({
      message: expect.stringContaining("This step fails because of 'fail_on: expiring'."),
      outputs: { status: 'expiring', update_needed: true },
    })
    expect(await run({ fail_on: 'expiring' })).toMatchObject({ outputs: { status: 'stale' } })
  })

  it('goes on without a network, and never fails then', async () => {
    const { outputs, lines } = await run(
      { fail_on: 'stale' },
      { releases: async () => ({ releases: [], latest: undefined, notices: ['No network.'] }) },
    )
    expect(outputs).toMatchObject({ status: 'unknown', update_needed: false, latest: '', asset_url: '' })
    expect(lines).toContain('notice: No network.')
  })

  it('makes the address of an archive that only the latest version is known of', async () => {
    const { outputs } = await run(
      {},
      { releases: async () => ({ releases: [], latest: version('2.333.0'), notices: [] }) },
    )
    expect(outputs).toMatchObject({
      status: 'stale',
      deadline: '',
      asset_url: `https://github.com/actions/runner/releases/download/v2.333.0/${NAME}`,
      sha256: '',
    })
  })

  it('says how to give the version of a runner that it cannot find', async () => {
    const { outputs, lines } = await run({}, { installed: () => undefined })
    expect(outputs).toMatchObject({ installed: '', status: 'unknown', latest: '2.333.0' })
    expect(lines[0]).toMatch(/^notice: No runner was found above this process/)
  })

  it('compares with what the organisation is offered', async () => {
    const offer = { name: 'x', url: 'https://dl/o', sha256: 'o', version: version('2.332.0') }
    const asked: string[] = []
    const { outputs } = await run(
      { channel: 'organization' },
      {
        offer: async (organization) => {
          asked.push(organization)
          return offer
        },
      },
    )
    expect(outputs).toMatchObject({ status: 'fresh', latest: '2.332.0', asset_url: 'https://dl/o', sha256: 'o' })
    expect(asked).toEqual(['acme'])
    const away = await run(
      { channel: 'organization' },
      {
        offer: async () => {
          throw new WebError('Away.')
        },
      },
    )
    expect(away).toMatchObject({ outputs: { status: 'unknown' }, lines: expect.arrayContaining(['notice: Away.']) })
    expect((await run({ channel: 'organization' }, {}, '')).outputs).toMatchObject({
      message:
        "Input 'channel' is organization, and GITHUB_REPOSITORY_OWNER does not name one. Outside of a job, set that variable.",
    })
  })
})

it('refuses wrong inputs', () => {
  const reader = inputsOf({ ...COMMAND_LINE.defaults, min_version: 'new', fail_on: 'fresh', max_age_days: '-1' })
  readInputs(reader)
  expect(() => reader.check()).toThrow(
    "Input 'max_age_days' must be a whole number of at least 0 and at most 3650; it is '-1'. Input 'min_version' must be a version like 2.329.0; it is \"new\". Input 'fail_on' must be one of never, stale, expiring, expired, below_minimum; it is 'fresh'.",
  )
})
