import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readDockerConfig, writeDockerConfig } from '../../src/docker-login/config-file.ts'
import { testFolder } from '../support/folder.ts'

const CONFIG = { auths: { 'a.example': {} } }

describe('a configuration', () => {
  test.each(['', ' \n'])('of %j is an empty one, as for docker', (text) => {
    const file = join(testFolder(), 'config.json')
    writeFileSync(file, text)
    expect(readDockerConfig(file)).toEqual({})
  })

  test('that is not valid JSON is one line without what is in it', () => {
    const file = join(testFolder(), 'config.json')
    writeFileSync(file, '{"auths": secret')
    expect(() => readDockerConfig(file)).toThrow(
      `The Docker configuration ${file} cannot be read: it is not valid JSON. Fix or remove it.`,
    )
  })

  test.each([
    ['is there', '{}', 0o640],
    ['is still to come', undefined, 0o600],
  ])('behind a link to a file that %s is written there', (_, text, mode) => {
    const folder = testFolder()
    mkdirSync(join(folder, 'elsewhere'))
    const [file, target] = [join(folder, 'config.json'), join(folder, 'elsewhere', 'mine.json')]
    if (text !== undefined) writeFileSync(target, text, { mode })
    symlinkSync('elsewhere/mine.json', file)
    writeDockerConfig(file, CONFIG, '.new')
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual(CONFIG)
    expect(statSync(target).mode & 0o777).toBe(mode)
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['mine.json'])
  })
})
