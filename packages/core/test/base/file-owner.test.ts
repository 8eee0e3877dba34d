import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blockingPath, ownerCure, readsEverything, refusalOf } from '../../src/base/file-owner.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-owner-'))
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'closed/deep'), { recursive: true })
  for (const file of ['open', 'secret', 'closed/deep/file']) writeFileSync(join(folder, file), '')
  chmodSync(join(folder, 'secret'), 0o600)
  chmodSync(join(folder, 'closed'), 0o700)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What an expression with the module's exports comes to for another user; node drops the rights of root by itself. */
function asAnother(expression: string): unknown {
  const module = join(import.meta.dirname, '../../src/base/file-owner.ts')
  const script = `import * as owner from ${JSON.stringify(module)}
process.setgroups([]); process.setgid(1001); process.setuid(1001)
console.log(JSON.stringify((() => { ${expression} })() ?? null))`
  const args = ['--input-type=module', '--eval', script, folder]
  const answer = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  return JSON.parse(JSON.stringify(answer).replaceAll(folder, '.'))
}

if (process.getuid?.() === 0) {
  describe('another user than root', () => {
    test('is kept out by the file, or by the first folder on the way', () => {
      const paths = ['open', 'secret', 'closed', 'closed/deep/file', 'closed/none', 'none', 'open/none']
      const of = (access: string) =>
        asAnother(
          `return ${JSON.stringify(paths)}.map((path) => owner.blockingPath(process.argv[1] + '/' + path, '${access}') ?? '')`,
        )
      expect(of('read')).toEqual(['', './secret', './closed', './closed', './closed', '', ''])
      expect(of('write')).toEqual(['./open', './secret', './closed', './closed', './closed', '.', './open'])
    })

    test('is told whose it is and what to change, by the error of any operation', () => {
      const said = (call: string) =>
        asAnother(`const fs = process.getBuiltinModule('fs'); const at = (name) => process.argv[1] + '/' + name
try { fs.${call} } catch (error) { return owner.refusalOf(error) }`)
      expect(said("readFileSync(at('secret'))")).toBe(
        "EACCES: permission denied, open './secret'. Of ./secret: it belongs to root and has mode 0600. Run 'sudo chown -R 1001:1001 ./secret'.",
      )
      expect(said("mkdirSync(at('closed/deep/new'))")).toMatch(/Of \.\/closed: it belongs to root and has mode 0700\./)
      expect(said("writeFileSync(at('new'), '')")).toMatch(/Of \.: it belongs to root and has mode 0755\./)
      expect(said("readFileSync(at('none'))")).toBeNull()
    })

    const OTHER = 1001
    test.each([
      ['read', 0, 0o600, ['chown']],
      ['read', 0, 0o000, ['chown', 'chmod']],
      ['read', OTHER, 0o200, ['chmod']],
      ['write', 0, 0o444, ['chown', 'chmod']],
      ['execute', 0, 0o700, ['chown']],
      ['execute', 0, 0o644, ['chown', 'chmod']],
      ['execute', OTHER, 0o644, ['chmod']],
    ] as const)(
      'can %s what belongs to %i with mode %o after what it is told to run',
      (access, owner, mode, commands) => {
        const file = join(folder, `cured-${access}-${owner}-${mode}`)
        writeFileSync(file, '')
        chownSync(file, owner, owner)
        chmodSync(file, mode)
        const state = () => asAnother(`return owner.blockingPath(${JSON.stringify(file)}, '${access}')`)
        expect(state()).toBe(`./${basename(file)}`)
        const cure = String(
          asAnother(`const at = ${JSON.stringify(file)}; return owner.ownerCure(at, at, '${access}')`),
        )
        const [, told = ''] = /^Run '(.*)'$/.exec(cure.replaceAll('./', `${folder}/`)) ?? []
        expect(told.split(' && ').map((command) => /\b(chown|chmod)\b/.exec(command)?.[0])).toEqual(commands)
        // This process is the root whom sudo would make.
        for (const command of told.replaceAll('sudo ', '').split(' && ')) execFileSync('sh', ['-c', command])
        expect(state()).toBeNull()
      },
    )

    test('does not read everything', () => {
      expect(asAnother('return owner.readsEverything()')).toBe(false)
      expect(readsEverything()).toBe(true)
    })
  })
}

test.each(['/', '/tmp', '/root/.docker', '/usr/local/lib'])('nobody is told to take over %s', (path) => {
  expect(ownerCure(path)).toMatch(/^Use another folder, or have the user \d+ let into that one$/)
})

test('a path that a shell would not take as it is stands in no command', () => {
  expect(ownerCure('/work/$(id)')).toBe(`Give it to the user ${process.getuid?.()}, with its contents`)
})

test('a file system that is read-only is told from a wrong owner', () => {
  const error = Object.assign(new Error("EROFS: read-only file system, open '/x'"), { code: 'EROFS', path: '/x' })
  expect(refusalOf(error)).toMatch(
    /^EROFS: .*Its file system is read-only: mount it writable, or use another folder\.$/,
  )
  expect(refusalOf(new Error('else'))).toBeUndefined()
})

test('nothing is in the way of what is there for all', () => {
  expect(blockingPath('/')).toBeUndefined()
})
