import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { podmanClient } from '../../src/docker/podman-client.ts'
import { scriptedExec } from '../../src/testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'podman-client-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A folder of PATH whose `docker` is this. */
function bin(name: string, make: (file: string) => void): string {
  const path = join(folder, name)
  mkdirSync(path)
  make(join(path, 'docker'))
  return path
}

const scriptOf = (text: string) => (file: string) => {
  writeFileSync(file, text)
  chmodSync(file, 0o755)
}
// https://github.com/containers/podman/blob/v4.3.1/docker.in
const script = scriptOf(`#!/bin/sh
[ -e /etc/containers/nodocker ] || echo "Emulate Docker CLI using podman." >&2
exec /usr/bin/podman "$@"
`)
const wrapper = scriptOf('#!/bin/sh\nexec /usr/bin/docker "$@"\n')
const program = (file: string) => writeFileSync(file, '\x7fELF')
const link = (file: string) => {
  const target = join(folder, 'podman-remote')
  program(target)
  symlinkSync(target, file)
}

const DOCKER = 'Docker version 28.5.2, build ecc6942\n'
const PODMAN = 'podman version 4.3.1\n'

test.each<[string, (file: string) => void, string | undefined, string | undefined, number]>([
  ['podman-docker', script, PODMAN, '4.3.1', 1],
  ['a script that only speaks of podman', script, DOCKER, undefined, 1],
  ['a script around docker', wrapper, undefined, undefined, 0],
  ['a link to podman', link, PODMAN, '4.3.1', 1],
  ['docker itself', program, undefined, undefined, 0],
  ['none', () => undefined, undefined, undefined, 0],
  ['a link to nothing', (file) => symlinkSync('/nonexistent', file), undefined, undefined, 0],
  ['a folder', mkdirSync, undefined, undefined, 0],
])('%s', async (name, make, says, version, runs) => {
  const exec = scriptedExec(says === undefined ? [] : [{ stdout: says }])
  expect(await podmanClient(exec, { PATH: `:${bin(name, make)}:/nonexistent` })).toBe(version)
  expect(exec.calls.map(({ args }) => args)).toEqual(Array(runs).fill(['--version']))
})

test('without PATH there is none', async () => {
  expect(await podmanClient(scriptedExec([]), {})).toBeUndefined()
})
