import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { shareBuildNode } from '../../src/docker/build-node.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'build-node-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'copy'))
  return folder
}

const ID = /^[0-9a-f]{64}$/
const idIn = (folder: string) => readFileSync(join(folder, '.buildNodeID'), 'utf8')
const share = (folder: string) => shareBuildNode(join(folder, 'copy'), { DOCKER_CONFIG: join(folder, 'user') })

test('two steps of one user have the ID that docker created', () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'user'))
  writeFileSync(join(folder, 'user', '.buildNodeID'), 'ab'.repeat(32))
  share(folder)
  expect(idIn(join(folder, 'copy'))).toBe('ab'.repeat(32))
})

test('without one it is created as docker creates it, for the builds to come', () => {
  const folder = newFolder()
  share(folder)
  const id = idIn(join(folder, 'copy'))
  expect(id).toMatch(ID)
  expect(idIn(join(folder, 'user'))).toBe(id)
  expect(statSync(join(folder, 'user')).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'user', '.buildNodeID')).mode & 0o777).toBe(0o600)
  rmSync(join(folder, 'copy', '.buildNodeID'))
  share(folder)
  expect(idIn(join(folder, 'copy'))).toBe(id)
})

test.each(['', 'not an ID', `${'ab'.repeat(32)}\n`])('%j in its place stays, and is not taken', (text) => {
  const folder = newFolder()
  mkdirSync(join(folder, 'user'))
  writeFileSync(join(folder, 'user', '.buildNodeID'), text)
  share(folder)
  expect(existsSync(join(folder, 'copy', '.buildNodeID'))).toBe(false)
  expect(idIn(join(folder, 'user'))).toBe(text)
})

test('a home that nobody can write costs no build', () => {
  const folder = newFolder()
  for (const config of ['/proc/docker', join(folder, 'none', '.docker')]) {
    shareBuildNode(join(folder, 'copy'), { DOCKER_CONFIG: config })
  }
  expect(existsSync(join(folder, 'copy', '.buildNodeID'))).toBe(false)
})

test('the folder of the user stays as it is', () => {
  const folder = newFolder()
  const user = join(folder, 'user')
  mkdirSync(user)
  shareBuildNode(user, { DOCKER_CONFIG: user })
  expect(existsSync(join(user, '.buildNodeID'))).toBe(false)
})
