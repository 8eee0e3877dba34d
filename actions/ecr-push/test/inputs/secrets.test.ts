import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inputsOf, memoryJob } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { readSecrets, type Secret, secretArguments } from '../../src/inputs/secrets.ts'
import { workspace } from '../support/workspace.ts'

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
    { kind: 'value', id: 'a', value: 'x=y, "z"' },
    { kind: 'value', id: 'key', value: 'one\n"two"' },
    { kind: 'value', id: 'empty', value: '' },
    { kind: 'env', id: 'c', env: 'C' },
    { kind: 'env', id: 'd', env: 'D' },
    { kind: 'env', id: 'e', env: 'E' },
    { kind: 'file', id: 'f', file: './my file, 1' },
  ])
})

test.each([
  [{ secrets: 'fine=1\nhidden' }, "Input 'secrets' has a line that is not id=value (value 2)"],
  [{ secrets: '"hidden' }, "Input 'secrets' has a quote that is not closed"],
  [{ secrets: '=hidden' }, "Input 'secrets' has a line that is not id=value (value 1)"],
  [{ secret_envs: 'x' }, `Input 'secret_envs' has "x", which is not id=VARIABLE.`],
  [{ secret_files: 'x=' }, `Input 'secret_files' has "x=", which is not id=path.`],
])('%j is a mistake that does not show a secret', (given, line) => {
  expect(() => read(given)).toThrow(line)
  expect(() => read(given)).not.toThrow(/hidden/)
})

const BASE64 = 'SGlkZGVuSGlkZGVuMTIzNDU2Nzg5MDEyMzQ1Njc4OTA='
const PEM = `-----BEGIN EC PRIVATE KEY-----\n${BASE64}\nZg==\n-----END EC PRIVATE KEY-----`

test.each([
  ['a PEM block', `npm=t\nkey=${PEM}`, 'key'],
  ['a PEM block behind its first line', `key=${PEM.slice(28)}`, 'key'],
  ['base64 of several lines', `key=${BASE64.slice(0, -1)}0\n${BASE64}`, 'key'],
  ['base64 with a slash', 'key=SGlk\nZGVu/A=', 'key'],
  ['JSON', 'gcp={\n  "type": "service_account"\n}', 'key'],
  ['YAML', 'kube=apiVersion: v1\nkind: Config', 'kube'],
  ['an ini file', 'aws=[default]\naws_access_key_id = AKIA\n', 'aws'],
  ['npmrc', 'npmrc=registry=https://r\n//r/:_authToken=hidden', 'npmrc'],
])('without quotes, %s of several lines is refused with the way to quote it', (_, secrets, id) => {
  const message = new RegExp(
    `^Input 'secrets' has a [^"]*\\. Put the whole of it in double quotes, "${id}=\\$\\{\\{ secrets\\.NAME \\}\\}", with quotes inside it doubled; for a value that contains quotes, 'secret_envs' is easier\\.$`,
  )
  expect(() => read({ secrets })).toThrow(message)
  expect(() => read({ secrets })).not.toThrow(/SGlk|PRIVATE|Zg|service|v1|AKIA|default|authToken/)
  const quoted = `"${secrets.replaceAll('"', '""')}"`
  expect(read({ secrets: quoted })).toHaveLength(1)
})

test.each([
  'a=1\nB_c-d.e=2\nlong_id_of_a_secret_of_this_image=',
  'one line=of any kind\nx=-----BEGIN X-----\\nabc\\n-----END X-----',
  `hash=abc\nid=${BASE64}\nEMPTYINAFORKWITHOUTSECRETS=`,
])('%j is one secret in each line', (secrets) => {
  expect(read({ secrets })).toHaveLength(secrets.split('\n').length)
})

test('values lie in files of this user and are masked; the folder ends with the step', () => {
  const { temp, folder } = workspace()
  const job = memoryJob({ RUNNER_TEMP: temp, TOKEN: 's3cret-env', INPUT_X: 'input' })
  const file = join(folder, 'a, "b"')
  writeFileSync(file, '')
  const secrets: Secret[] = [
    { kind: 'value', id: 'a', value: 's3cret\nvalue' },
    { kind: 'env', id: 'b', env: 'TOKEN' },
    { kind: 'file', id: 'c,"d"', file },
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
    { kind: 'value', id: 'a', value: '' },
    { kind: 'env', id: 'b', env: 'EMPTY' },
    { kind: 'env', id: 'c', env: 'INPUT_X' },
  ]
  expect(secretArguments(secrets, job)).toEqual([])
  expect(job.told.lines).toEqual([
    "warning: The build gets no secret 'a', because its value in 'secrets' is empty.",
    "warning: The build gets no secret 'b', because the variable EMPTY is empty or not set.",
    "warning: The build gets no secret 'c', because the variable INPUT_X is empty or not set.",
  ])
  expect(() => secretArguments([{ kind: 'file', id: 'd', file: '/nonexistent' }], job)).toThrow(
    `Input 'secret_files' has "/nonexistent" for 'd', but there is no such file in `,
  )
})
