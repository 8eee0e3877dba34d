import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { actionNames } from '../support/contract/contract.ts'
import { brokenLinks, linksIn } from '../support/links.ts'

const listed = ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard', '*.md']
const documents = execFileSync('git', listed, { cwd: REPOSITORY, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((path) => !path.startsWith('test/') && existsSync(join(REPOSITORY, path)))

it('every action has a README, and READMEs have links', () => {
  expect(documents).toEqual(expect.arrayContaining(actionNames(REPOSITORY).map((name) => `actions/${name}/README.md`)))
  const links = documents.flatMap((document) => linksIn(readFileSync(join(REPOSITORY, document), 'utf8')))
  expect(links.length).toBeGreaterThan(50)
})

describe('the links of', () => {
  it.each(documents)('%s lead somewhere', (document) => {
    expect(brokenLinks(REPOSITORY, document)).toEqual([])
  })

  it('a text that leads nowhere are found', () => {
    const folder = mkdtempSync(join(tmpdir(), 'links-'))
    try {
      writeFileSync(join(folder, 'a.md'), '# The `a` (b)\n[1](gone.md) [2](#the-a-b) [3](a.md#gone) [4](#gone)\n')
      expect(brokenLinks(folder, 'a.md')).toEqual([
        'gone.md: there is no gone.md',
        'a.md#gone: a.md has no such heading',
        '#gone: a.md has no such heading',
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
