import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeFolder, ownFolderAt, planFolder, removeFolder } from '../../src/step/own-folder.ts'
import { testFolder } from '../support/folder.ts'
import { recordFolder } from '../support/folder-record.ts'

function made(prefix = 'login') {
  const env = { RUNNER_TEMP: testFolder() }
  const folder = planFolder(prefix, env)
  makeFolder(folder)
  writeFileSync(join(folder.path, 'file'), 'x')
  return { env, folder, file: join(folder.path, 'file') }
}

test('a folder that was made is known by its mark, for this user alone, and can be removed', () => {
  const { env, folder } = made()
  expect(statSync(folder.path).mode & 0o777).toBe(0o700)
  expect(ownFolderAt(folder.path, 'login', env)).toEqual(folder)
  expect(removeFolder(folder, env)).toBeUndefined()
  expect(existsSync(folder.path)).toBe(false)
  expect(removeFolder(folder, env)).toBeUndefined()
})

test('two steps never get the same folder, and none gets one that is there', () => {
  const { env, folder } = made()
  expect(() => makeFolder(folder)).toThrow('EEXIST')
  expect(planFolder('login', env).path).not.toBe(folder.path)
})

const OUTSIDE = 'it is not below RUNNER_TEMP'

describe('a folder of somebody else', () => {
  type Own = ReturnType<typeof made>
  const cases: readonly [string, (own: Own) => { path: string; env?: object }, string][] = [
    ['has another mark', (own) => ({ path: marked(own) }), 'this step did not make it'],
    ['is a link', (own) => ({ path: changed(own, '-link') }), 'it is not a folder'],
    ['is a file', (own) => ({ path: changed(own, '-file', '') }), 'it is not a folder'],
    ['is elsewhere', ({ folder }) => ({ path: folder.path, env: { RUNNER_TEMP: testFolder() } }), OUTSIDE],
    [
      'is further down',
      ({ folder, env }) => ({ path: folder.path, env: { RUNNER_TEMP: dirname(env.RUNNER_TEMP) } }),
      OUTSIDE,
    ],
    ['is RUNNER_TEMP', ({ folder: { path } }) => ({ path, env: { RUNNER_TEMP: path } }), OUTSIDE],
    ['has a crooked path', ({ folder: { path } }) => ({ path: `${path}/../${path.split('/').at(-1)}` }), OUTSIDE],
  ]

  function marked({ folder: { path } }: Own): string {
    rmSync(join(path, '.container-actions'))
    symlinkSync('another', join(path, '.container-actions'))
    return path
  }

  /** Writes a file beside the folder, or makes a link to it, and returns the path that is then asked for. */
  function changed({ folder: { path } }: Own, end: string, content?: string): string {
    if (content === undefined) symlinkSync(path, `${path}${end}`)
    else writeFileSync(`${path}${end}`, content)
    return `${path}${end}`
  }

  test.each(cases)('that %s is left as it is', (_, arrange, why) => {
    const own = made()
    const { path, env = own.env } = arrange(own)
    const before = recordFolder(own.env.RUNNER_TEMP)
    expect(removeFolder({ path, mark: own.folder.mark }, { ...env })).toBe(why)
    expect(recordFolder(own.env.RUNNER_TEMP)).toEqual(before)
    if (why !== 'this step did not make it') expect(ownFolderAt(path, 'login', { ...env })).toBeUndefined()
  })

  test.runIf(process.getuid?.() === 0)('that belongs to another user is left as it is', () => {
    const { env, folder, file } = made()
    chownSync(folder.path, 1001, 1001)
    expect(removeFolder(folder, env)).toBe(`it belongs to the user 1001. Run 'sudo rm -rf ${folder.path}'`)
    expect(ownFolderAt(folder.path, 'login', env)).toBeUndefined()
    expect(existsSync(file)).toBe(true)
  })

  test('that is empty is left as it is, unless it has a name that a step has planned', () => {
    const env = { RUNNER_TEMP: testFolder() }
    for (const name of ['theirs', 'login-0123456789ab']) mkdirSync(join(env.RUNNER_TEMP, name))
    const remove = (name: string) => removeFolder({ path: join(env.RUNNER_TEMP, name), mark: 'x' }, env)
    expect(remove('theirs')).toBe('this step did not make it')
    expect(remove('login-0123456789ab')).toBeUndefined()
    expect(readdirSync(env.RUNNER_TEMP)).toEqual(['theirs'])
  })

  test('has another name, or none of ours', () => {
    const { env, folder } = made('other')
    expect(ownFolderAt(folder.path, 'login', env)).toBeUndefined()
    expect(ownFolderAt('/', 'login', env)).toBeUndefined()
    mkdirSync(join(env.RUNNER_TEMP, 'login-x'))
    expect(ownFolderAt(join(env.RUNNER_TEMP, 'login-x'), 'login', env)).toBeUndefined()
  })
})
