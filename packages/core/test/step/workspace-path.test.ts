import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { checkWorkspacePath } from '../../src/step/workspace-path.ts'

/** A workspace with links of all kinds, beside a folder with a key; `alias` is the workspace by another path. */
function place() {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-path-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [workspace, home, alias] = ['work', 'home', 'alias'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [workspace, join(workspace, 'app/deep'), join(home, 'sub')]) mkdirSync(each, { recursive: true })
  writeFileSync(join(home, 'key'), 'secret')
  const link = (name: string, target: string) => symlinkSync(target, join(workspace, name))
  link('up', '../home')
  link('home', home)
  link('key', '../home/key')
  link('chain', 'app/up')
  link('app/up', '../../home/sub')
  link('future', '../home/none')
  link('device', '/dev/zero')
  link('inside', 'app/deep')
  link('round', join(workspace, '../work/app'))
  link('broken', 'none')
  link('loop', 'loop')
  symlinkSync(workspace, alias)
  return { workspace, home, alias }
}

test.each([
  ['up', 'up', ''],
  ['./home/', './home', ''],
  ['key', 'key', '/key'],
  ['up/key', 'up', ''],
  ['app/../up', 'app/../up', ''],
  ['app/up/x', 'app/up', '/sub'],
  ['chain', 'chain', '/sub'],
  ['future', 'future', '/none'],
  // Where the link leads, this is the folder above its target.
  ['app/up/../key', 'app/up', '/sub'],
])('%s leaves the workspace through the link %s', (path, link, below) => {
  const { workspace, home, alias } = place()
  const failure = (of: string) =>
    new Failure(
      `Input 'path' is "x", but the link ${JSON.stringify(of)} leads out of the workspace to "${home}${below}". Remove the link, or use "${home}${below}" itself if that is intended.`,
    )
  const check = (each: string) =>
    checkWorkspacePath('Input \'path\' is "x"', each, { GITHUB_WORKSPACE: alias }, workspace)
  expect(() => check(path)).toThrow(failure(link))
  for (const root of [workspace, alias]) expect(() => check(`${root}/${path}`)).toThrow(failure(link))
})

test('a link to a device leaves it too', () => {
  const { workspace } = place()
  expect(() => checkWorkspacePath('It', 'device', {}, workspace)).toThrow(/"device" leads out .* to "\/dev\/zero"\./)
})

test.each([
  '',
  '.',
  './',
  'app',
  'app/none/x',
  'inside',
  'round/deep',
  'broken',
  'loop',
  'none',
  '../home',
  '../home/key',
  '..',
  'app/../app',
])('%j stays in it, or is the word of the workflow', (path) => {
  const { workspace, home, alias } = place()
  for (const each of [path, join(workspace, path), join(alias, path), join(home, 'key')]) {
    checkWorkspacePath('It', each, { GITHUB_WORKSPACE: alias }, workspace)
  }
})
