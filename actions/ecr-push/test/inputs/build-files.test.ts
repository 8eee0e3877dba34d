import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '@container-actions/core'
import { inputsOf } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { checkBuildFiles, readBuildFile } from '../../src/inputs/build-files.ts'
import { workspace } from '../support/workspace.ts'

test('a folder and a Dockerfile that are there are right, also through links', () => {
  const { folder, path, dockerfile } = workspace()
  checkBuildFiles({ path, dockerfile })
  const link = join(folder, 'link')
  symlinkSync(path, link)
  checkBuildFiles({ path: link, dockerfile: join(link, 'Dockerfile') })
})

test.each([
  'https://github.com/org/app.git#main',
  'git://host/app',
  'git@github.com:org/app.git',
  'ssh://git@host/app',
  'github.com/org/app',
  'HTTPS://host/context.tar.gz',
])('Docker itself fetches %s', (path) => {
  checkBuildFiles({ path, dockerfile: 'in/there/Dockerfile' })
})

test.each(['path', 'dockerfile'] as const)('no %s is read from the standard input', (name) => {
  const input = inputsOf({ [name]: '-' })
  readBuildFile(input, name)
  expect(() => input.check()).toThrow(
    new Failure(
      `Input '${name}' is "-", which Docker interprets as standard input. Use "./-" for a file with that name.`,
    ),
  )
})

test.each(['', '/app/Dockerfile', '/none', '/broken'])('a context at %j is no folder', (below) => {
  const { folder, dockerfile } = workspace()
  symlinkSync('nowhere', join(folder, 'broken'))
  const path = below === '' ? 'github.community/app\n' : `${folder}${below}`
  expect(() => checkBuildFiles({ path, dockerfile })).toThrow(
    new Failure(
      `Input 'path' is ${JSON.stringify(path)}, but there is no such folder in ${process.cwd()}. Check out the sources before this step.`,
    ),
  )
})

test.each(['/app/none', '/app'])('a Dockerfile at %j is no file', (below) => {
  const { folder, path } = workspace()
  const dockerfile = `${folder}${below}`
  expect(() => checkBuildFiles({ path, dockerfile })).toThrow(
    new Failure(
      `Input 'dockerfile' is "${dockerfile}", but there is no such file in ${process.cwd()}. It is read from the workspace, not from 'path'.`,
    ),
  )
})
