import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseKnownFiles } from '@smithy/core/config'
import { describe, expect, test } from 'vitest'
import { readAwsFiles } from '../../src/aws/files.ts'
import { testFolder } from '../support/folder.ts'

/** A home with both files. */
function home(config: string, credentials = '') {
  const folder = testFolder()
  mkdirSync(join(folder, '.aws'))
  const paths = [join(folder, '.aws', 'config'), join(folder, '.aws', 'credentials')] as const
  writeFileSync(paths[0], config)
  writeFileSync(paths[1], credentials)
  return { env: { HOME: folder }, paths }
}

describe("a profile is read as AWS's SDK reads it", () => {
  test.each([
    ['[default]\nregion = eu-west-1\n', 'default'],
    ['[profile default]\nregion=eu-west-1', 'default'],
    ['[profile ci]\r\nregion = eu-west-1\r\nrole_arn = a=b\r\n', 'ci'],
    ['[profile "ci"]\n; a comment\n# another\nregion = eu-west-1 # the nearest\nrole_arn = a#b\n', 'ci'],
    ['[profile ci]\ns3 =\n  region = us-east-1\n  max = 3\nregion = eu-west-1\n', 'ci'],
    ['[profile ci]\nregion = eu-west-1\n[profile other]\nregion = us-east-1\n[profile ci]\noutput = json\n', 'ci'],
    ['region = us-east-1\n[profile ci]\nregion = eu-west-1\n', 'ci'],
  ])('%j', async (config, name) => {
    const { env, paths } = home(config)
    const [configFilepath, filepath] = paths
    const sdk = await parseKnownFiles({ configFilepath, filepath, ignoreCache: true })
    const { s3: _, ...settings } = readAwsFiles(env).profile(name) ?? {}
    const own = Object.entries(sdk[name] ?? {}).filter(([key]) => !key.includes('.'))
    expect(settings).toEqual(Object.fromEntries(own))
    expect(settings['region']).toBe('eu-west-1')
  })

  test('with its empty settings, which the SDK leaves out', () => {
    expect(readAwsFiles(home('', '[ci]\naws_access_key_id =\n').env).profile('ci')).toEqual({ aws_access_key_id: '' })
  })

  test('from both files, of which that of the credentials comes first', () => {
    const { env } = home('[profile ci]\nregion = eu-west-1\noutput = json\n', '[ci]\nregion = us-east-1\n')
    expect(readAwsFiles(env).profile('ci')).toEqual({ region: 'us-east-1', output: 'json' })
  })

  test('only from a section of its own', () => {
    const files = readAwsFiles(home('[ci]\nregion = eu-west-1\n[sso-session ci]\nsso_region = x\n').env)
    expect([files.profile('ci'), files.profile('__proto__'), files.ssoSession('ci')]).toEqual([
      undefined,
      undefined,
      { sso_region: 'x' },
    ])
  })
})

describe('a file that cannot be read', () => {
  test('is no problem where it is not there and nobody named it', () => {
    expect(readAwsFiles({ HOME: '/nonexistent' }).problems).toEqual([])
  })

  test('is one where a variable names it', () => {
    expect(readAwsFiles({ HOME: '/nonexistent', AWS_CONFIG_FILE: '~/config' }).problems).toEqual([
      "/nonexistent/config, which AWS_CONFIG_FILE names, cannot be read (ENOENT: no such file or directory, open '/nonexistent/config')",
    ])
  })
})
