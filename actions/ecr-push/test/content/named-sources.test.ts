import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '@container-actions/core'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { checkNamedSources } from '../../src/content/named-sources.ts'
import { parseOptions } from '../../src/inputs/given-options.ts'
import type { Inputs } from '../../src/inputs.ts'
import { BUILD_OPTIONS } from '../support/build-options.ts'

const AGENT = { SSH_AUTH_SOCK: '/tmp/agent.sock' }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'named-sources-'))
  writeFileSync(join(folder, 'key'), '')
  mkdirSync(join(folder, 'more'))
  return () => rmSync(folder, { recursive: true })
})

function check(build: Partial<Inputs['build']>, words: readonly string[] = [], env = {}): void {
  const { options: extraBuildArgs } = parseOptions(words.map((word) => word.replaceAll('HERE', folder)))
  const inputs = { build: { ...BUILD_OPTIONS, ...build }, extraBuildArgs }
  checkNamedSources(inputs as unknown as Inputs, env)
}

test('what is there, or is nothing of this machine, is taken', () => {
  const contexts = ['more=HERE/more', 'base=docker-image://alpine:3', 'far=https://example.com/a.git', 'own=target:own']
  const secrets = ['id=a,src=HERE/key', 'id=b,source=HERE/key', '"id=c","src=HERE/key"', 'id=d,env=NONE', 'id=e']
  const agents = ['default', 'a=HERE/key,HERE/key', 'b=HERE/key,raw=true']
  const words = [
    ...contexts.map((context) => `--build-context=${context}`),
    ...[...secrets, 'type=env,id=f,src=NONE'].map((secret) => `--secret=${secret}`),
    ...agents.map((agent) => `--ssh=${agent}`),
  ]
  const build = { contexts: [`more=${folder}/more`], ssh: ['default', `a=${folder}/key`] }
  expect(() => check(build, words, AGENT)).not.toThrow()
})

test.each<[Partial<Inputs['build']>, string[], string]>([
  [
    { secrets: [{ kind: 'file', id: 'a', file: 'none' }] },
    [],
    `Input 'secret_files' has "none" for 'a', but there is no such file in CWD.`,
  ],
  [
    { contexts: ['more=./none'] },
    [],
    `Input 'build_contexts' has "more=./none", and there is no folder "./none" in CWD.`,
  ],
  [{ ssh: ['a=none'] }, [], `Input 'ssh' has "a=none", and there is no file "none" in CWD.`],
  [
    {},
    ['--secret=id=a,src=none'],
    `Input 'extra_build_args' has '--secret' "id=a,src=none", and there is no file "none" in CWD.`,
  ],
  [
    {},
    ['--ssh', 'default=none'],
    `Input 'extra_build_args' has '--ssh' "default=none", and there is no file "none" in CWD.`,
  ],
  [
    {},
    ['--build-context=a=none'],
    `Input 'extra_build_args' has '--build-context' "a=none", and there is no folder "none" in CWD.`,
  ],
  [
    {},
    ['--build-context=a=oci-layout://none:1'],
    `Input 'extra_build_args' has '--build-context' "a=oci-layout://none:1", and there is no folder "none" in CWD.`,
  ],
  [
    { ssh: ['default'] },
    [],
    `The build needs an SSH agent as "default", but there is none: SSH_AUTH_SOCK is not set. Start an agent before this step, or name a key as 'default=PATH'.`,
  ],
])('%j and %j are refused', (build, words, line) => {
  expect(() => check(build, words)).toThrow(new Failure(line.replace('CWD', process.cwd())))
})

test('a file is no folder', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  onTestFinished(() => rmSync(file))
  expect(() => check({ contexts: [`a=${file}`] })).toThrow(`there is no folder ${JSON.stringify(file)} in`)
})
