import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { installedUnverified, type Lock, newUnverified, parseLock } from '../../scripts/lock/unverified.ts'

const LOCK = parseLock(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'))
const KNOWN = Object.keys(LOCK).filter(
  (path) => path.startsWith('node_modules/') && !LOCK[path]?.integrity && !LOCK[path]?.link,
)

it('has an integrity hash for all packages but the programs of other platforms', () => {
  expect(Object.keys(LOCK).length).toBeGreaterThan(300)
  expect(KNOWN).toHaveLength(12)
  expect(newUnverified(LOCK)).toEqual([])
})

it.each<[string, Lock]>([
  ['node_modules/turbo', { 'node_modules/turbo': {} }],
  ['node_modules/a/node_modules/b', { 'node_modules/a/node_modules/b': { optional: true } }],
  ['actions/x/node_modules/b', { 'actions/x/node_modules/b': {} }],
  ['node_modules/@turbo/linux-64', { 'node_modules/@turbo/linux-64': { optional: true } }],
  ['node_modules/@turbo/darwin-64', { 'node_modules/@turbo/darwin-64': {} }],
])('a new package without one is found: %s', (path, added) => {
  expect(newUnverified({ ...LOCK, ...added })).toEqual([path])
})

it('a package without one that is installed is found, so that no release is built with it', () => {
  expect(installedUnverified(LOCK, REPOSITORY)).toEqual([])
  const root = mkdtempSync(join(tmpdir(), 'package-lock-'))
  try {
    mkdirSync(join(root, 'node_modules/@turbo/darwin-64'), { recursive: true })
    expect(installedUnverified(LOCK, root)).toEqual(['node_modules/@turbo/darwin-64'])
  } finally {
    rmSync(root, { recursive: true })
  }
})
