import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inputsOf, memoryJob } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { readSecrets, type Secret, secretArguments } from '../src/secret.ts'
import { workspace } from './support/workspace.ts'

const read = (given: Record<string, string>): readonly Secret[] => {
  const input = inputsOf(given)
  const secrets = readSecrets(input)
  input.check()
  return secrets
}

test('values, variables and files', () => {
  const given = {
    secrets: 'a=x=y, "z"\n"key=one\n""two"""\nempty=',
    secret_envs: 'c=C,d=D\ne=E',
    secret_files: 'f=./my file, 1',
  }
  expect(read(given)).toEqual([
    { id: 'a', value: 'x=y, "z"' },
    { id: 'key', value: 'one\n"two"' },
    { id: 'empty', value: '' },
    { id: 'c', env: 'C' },
    { id: 'd', env: 'D' },
    { id: 'e', env: 'E' },
    { id: 'f', file: './my file, 1' },
  ])
})

test.each([
  [{ secrets: 'fine=1\nhidden' }, "Input 'secrets' has no id=value as its value 2."],
  [{ secrets: '"hidden' }, "Input 'secrets' has a quote that is never closed"],
  [{ secrets: '=hidden' }, "Input 'secrets' has no id=value as its value 1."],
  [{ secret_envs: 'x' }, `Input 'secret_envs' has "x", which is not id=VARIABLE.`],
  [{ secret_files: 'x=' }, `Input 'secret_files' has "x=", which is not id=path.`],
])('%j is a mistake that does not show a secret', (given, line) => {
  expect(() => read(given)).toThrow(line)
  expect(() => read(given)).not.toThrow(/hidden/)
})

test('values lie in files of this user and are masked; the folder ends with the step', () => {
  const { temp, folder } = workspace()
  const job = memoryJob({ RUNNER_TEMP: temp, TOKEN: 's3cret-env', INPUT_X: 'input' })
  const file = join(folder, 'a, "b"')
  writeFileSync(file, '')
  const secrets: Secret[] = [
    { id: 'a', value: 's3cret\nvalue' },
    { id: 'b', env: 'TOKEN' },
    { id: 'c,"d"', file },
  ]
  const options = secretArguments(secrets, job)
  const [first = ''] = options
  const path = first.slice('--secret=id=a,src='.length)
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['s3cret\nvalue', 0o600])
  expect(options.slice(1)).toEqual([
    '--secret=id=b,env=TOKEN',
    `--secret="id=c,""d""","src=${file.replaceAll('"', '""')}"`,
  ])
  expect(job.told.masks).toEqual(['s3cret\nvalue', 's3cret-env'])
  job.cleanUp()
  expect(readdirSync(temp)).toEqual([])
})

test('a secret that is empty is left out with a warning, a file that is missing is not', () => {
  const job = memoryJob({ EMPTY: '', INPUT_X: 'input' })
  const secrets: Secret[] = [
    { id: 'a', value: '' },
    { id: 'b', env: 'EMPTY' },
    { id: 'c', env: 'INPUT_X' },
  ]
  expect(secretArguments(secrets, job)).toEqual([])
  expect(job.told.lines).toEqual([
    "warning: The build gets no secret 'a', because its value in 'secrets' is empty.",
    "warning: The build gets no secret 'b', because the variable EMPTY is empty or not set.",
    "warning: The build gets no secret 'c', because the variable INPUT_X is empty or not set.",
  ])
  expect(() => secretArguments([{ id: 'd', file: '/nonexistent' }], job)).toThrow(
    `Input 'secret_files' has "/nonexistent" for 'd', and there is no such file in `,
  )
})
