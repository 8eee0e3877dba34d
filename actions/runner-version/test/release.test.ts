import { describe, expect, it } from 'vitest'
import { assetOf, platformOf, readOffer, readReleases } from '../src/release.ts'
import { parseVersion, type Version } from '../src/version.ts'

const A = 'a'.repeat(64)
const B = 'b'.repeat(64)
const NAME = 'actions-runner-linux-x64-2.330.0.tar.gz'
const notes = (digest: string, platform = 'linux-x64') =>
  `Notes <!-- BEGIN SHA ${platform} -->${digest}<!-- END SHA ${platform} -->`

const release = (asset = {}, more = {}) => ({
  tag_name: 'v2.330.0',
  published_at: '2025-11-19T10:00:00Z',
  draft: false,
  prerelease: false,
  body: '',
  assets: [{ name: NAME, browser_download_url: `https://example.com/${NAME}`, ...asset }],
  ...more,
})

const sha256 = (answer: unknown) => readReleases([answer])[0]?.assets[0]?.sha256

describe('readReleases', () => {
  it('reads version, date and archives, the newest version first', () => {
    const older = release({}, { tag_name: 'v2.99.1' })
    expect(readReleases([older, release({ digest: `sha256:${A}` })])).toEqual([
      {
        version: parseVersion('2.330.0'),
        publishedAt: new Date('2025-11-19T10:00:00Z'),
        assets: [{ name: NAME, url: `https://example.com/${NAME}`, sha256: A }],
      },
      expect.objectContaining({ version: parseVersion('2.99.1') }),
    ])
  })

  it.each([
    ['a draft', { draft: true }],
    ['a pre-release', { prerelease: true }],
    ['a tag that is no version', { tag_name: 'v2.331.0-beta' }],
    ['no date', { published_at: null }],
  ])('leaves out %s', (_, more) => expect(readReleases([release({}, more)])).toEqual([]))

  it('takes the digest of the asset, or of the notes', () => {
    expect(sha256(release({ digest: `sha256:${A}` }))).toBe(A)
    expect(sha256(release({}, { body: notes(A) }))).toBe(A)
    expect(sha256(release({ digest: `sha256:${A}` }, { body: notes(A.toUpperCase()) }))).toBe(A)
    expect(sha256(release({ digest: `sha256:${A}` }, { body: notes(B, 'linux-arm64') }))).toBe(A)
    expect(sha256(release({ digest: 'sha512:1' }))).toBeUndefined()
  })

  it('fails where the digest and the notes contradict each other', () => {
    expect(() => sha256(release({ digest: `sha256:${A}` }, { body: notes(B) }))).toThrow(
      `The release of ${NAME} has the digest ${A}, and its notes say ${B}. Do not install it; report it to GitHub.`,
    )
  })

  it.each([undefined, null, {}, 'x', [null].filter(Boolean), [{}]])('has nothing of %j', (answer) => {
    expect(readReleases(answer)).toEqual([])
  })
})

describe('readOffer', () => {
  it('finds the archive of the platform', () => {
    const offers = ['linux-arm64', 'linux-x64'].map((platform) => ({
      filename: `actions-runner-${platform}-2.329.0.tar.gz`,
      download_url: `https://example.com/${platform}`,
      sha256_checksum: A,
    }))
    expect(readOffer(offers, 'linux-x64')).toEqual({
      version: parseVersion('2.329.0'),
      name: 'actions-runner-linux-x64-2.329.0.tar.gz',
      url: 'https://example.com/linux-x64',
      sha256: A,
    })
    expect(readOffer(offers, 'osx-x64')).toBeUndefined()
  })
})

describe('names', () => {
  it.each([
    ['linux', 'x64', 'linux-x64'],
    ['linux', 'arm64', 'linux-arm64'],
    ['darwin', 'arm64', 'osx-arm64'],
    ['win32', 'x64', 'win-x64'],
    ['freebsd', 'x64', undefined],
    ['linux', 'riscv64', undefined],
  ])('%s %s is %s', (platform, architecture, expected) => expect(platformOf(platform, architecture)).toBe(expected))

  it('are those of the releases', () => {
    const version = parseVersion('2.330.0') as Version
    expect(assetOf(version, 'linux-x64').url).toBe(
      'https://github.com/actions/runner/releases/download/v2.330.0/actions-runner-linux-x64-2.330.0.tar.gz',
    )
    expect(assetOf(version, 'win-x64').name).toBe('actions-runner-win-x64-2.330.0.zip')
  })
})
