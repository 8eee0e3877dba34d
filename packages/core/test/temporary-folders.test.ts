import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { removeLeftFolders, temporaryFolders } from '../src/temporary-folders.ts'
import { memoryRunner } from '../src/testing.ts'
import { testFolder } from './support/folder.ts'

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
  removeLeftFolders(memoryRunner(main.told.state))
  expect(readdirSync(temp)).toEqual(['other'])
  removeLeftFolders(memoryRunner(main.told.state))
})

test('a main step that made none leaves nothing to remove', () => {
  removeLeftFolders(memoryRunner())
})
