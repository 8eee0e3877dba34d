import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { removeLeftFolders, temporaryFolders } from '../../src/step/temporary-folders.ts'
import { memoryRunner } from '../../src/testing.ts'
import { testFolder } from '../support/folder.ts'
import { recordFolder } from '../support/folder-record.ts'

test('a folder is below RUNNER_TEMP, for this user alone, and gone with the step', () => {
  const temp = testFolder()
  const folders = temporaryFolders({ RUNNER_TEMP: temp }, memoryRunner())
  const [one, two] = [folders.create('login'), folders.create('login')]
  expect([dirname(one), dirname(two)]).toEqual([temp, temp])
  expect(one).not.toBe(two)
  expect(one).toMatch(/\/login-[^/]+$/)
  expect(statSync(one).mode & 0o777).toBe(0o700)
  mkdirSync(join(one, 'sub'))
  writeFileSync(join(one, 'sub', 'file'), 'x')
  folders.removeAll()
  expect(readdirSync(temp)).toEqual([])
  folders.removeAll()
})

test('RUNNER_TEMP is made where it is not there', () => {
  const folders = temporaryFolders({ RUNNER_TEMP: join(testFolder(), 'not', 'there') }, memoryRunner())
  expect(statSync(folders.create('login')).isDirectory()).toBe(true)
})

test('without RUNNER_TEMP it is in the temporary folder of the system', () => {
  const folders = temporaryFolders({ RUNNER_TEMP: '' }, memoryRunner())
  const folder = folders.create('login')
  expect(dirname(folder)).toBe(tmpdir())
  folders.removeAll()
  expect(existsSync(folder)).toBe(false)
})

test('what a killed main step left, the post step removes', () => {
  const temp = testFolder()
  const main = memoryRunner()
  const folders = temporaryFolders({ RUNNER_TEMP: temp }, main)
  folders.create('a')
  folders.create('b')
  const other = join(temp, 'other')
  mkdirSync(other)
  const again = memoryRunner(main.told.state)
  removeLeftFolders({ env: { RUNNER_TEMP: temp }, runner: again })
  expect(readdirSync(temp)).toEqual(['other'])
  removeLeftFolders({ env: { RUNNER_TEMP: temp }, runner: again })
  expect(again.told.lines).toEqual([])
})

test('a main step that made none leaves nothing to remove', () => {
  removeLeftFolders({ env: {}, runner: memoryRunner() })
})

test('a folder that this step did not make, or that somebody has replaced, is left', () => {
  const temp = testFolder()
  const main = memoryRunner()
  const folders = temporaryFolders({ RUNNER_TEMP: temp }, main)
  const [replaced, kept] = [folders.create('a'), folders.create('b')]
  renameSync(replaced, join(temp, 'moved'))
  mkdirSync(replaced)
  writeFileSync(join(replaced, 'file'), 'of another')
  const runner = memoryRunner(main.told.state)
  const others = () => recordFolder(temp, (path) => join(temp, path) === kept)
  const before = others()
  removeLeftFolders({ env: { RUNNER_TEMP: temp }, runner })
  expect(existsSync(kept)).toBe(false)
  expect(others()).toEqual(before)
  expect(runner.told.lines).toEqual([`warning: The folder ${replaced} is left: this step did not make it.`])
})

test('a folder that was not marked yet is removed where it is empty', () => {
  const temp = testFolder()
  const path = join(temp, 'a-0123456789ab')
  mkdirSync(path)
  const runner = memoryRunner({ temporaryFolders: JSON.stringify([{ path, mark: 'x' }]) })
  removeLeftFolders({ env: { RUNNER_TEMP: temp }, runner })
  expect([readdirSync(temp), runner.told.lines]).toEqual([[], []])
})

test.each(['{', 'null', '3', '"x"', '{}', '[null]', '["/tmp/x"]', '[{"path":"/tmp/x"}]', '[{"path":1,"mark":"x"}]'])(
  'state that is %s is one line',
  (state) => {
    const runner = memoryRunner({ temporaryFolders: state })
    removeLeftFolders({ env: {}, runner })
    expect(runner.told.lines).toEqual([
      "warning: The state 'temporaryFolders' of this step cannot be read, so its resources are not cleaned up.",
    ])
  },
)
