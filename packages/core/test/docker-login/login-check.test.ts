import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isolatedDockerConfig } from '../../src/docker-login/isolated-config.ts'
import { checkLogin } from '../../src/docker-login/login-check.ts'
import { memoryJob } from '../../src/testing.ts'
import { testFolder } from '../support/folder.ts'

const CURE = "Give the runner another folder for its work: './config.sh --work FOLDER', or RUNNER_TEMP in a container."

function loginIn(folder: string) {
  mkdirSync(join(folder, 'login'), { recursive: true })
  return isolatedDockerConfig(join(folder, 'login'), { HOME: testFolder() })
}

/** What is wrong with a login, with its folder as `BIN`. */
async function problem(login: ReturnType<typeof loginIn>): Promise<string> {
  const check = checkLogin(login, memoryJob())
  const message = await check.then(
    () => '',
    (error: Error) => `${error.name}: ${error.message}`,
  )
  return message.replace(JSON.stringify(login.bin), 'BIN')
}

const wrong = (why: string) => `Failure: RUNNER_TEMP is where Docker's login lies, in BIN, and ${why}. ${CURE}`

test.each(['plain', 'with blanks and $(id)', 'ünïcode'])('a folder that is called %j is right', async (name) => {
  expect(await problem(loginIn(join(testFolder(), name)))).toBe('')
})

test('a colon in its name splits the PATH', async () => {
  expect(await problem(loginIn(join(testFolder(), 'a:b')))).toBe(
    wrong('a folder with a colon in its name cannot be in the PATH'),
  )
})

test('a relative path is none of a program', async () => {
  const login = loginIn(testFolder())
  expect(await problem({ ...login, bin: 'temp/login/bin' })).toBe(wrong('Docker runs no program of a relative path'))
})

test('a program that fails', async () => {
  const login = loginIn(testFolder())
  writeFileSync(login.program, '#!/bin/sh\necho no luck >&2\nexit 3\n')
  expect(await problem(login)).toBe(wrong('its program ended with exit status 3: no luck'))
})

test('a program that cannot be started', async () => {
  const login = loginIn(testFolder())
  writeFileSync(login.program, '#!/nowhere/sh\n')
  chmodSync(login.program, 0o700)
  expect(await problem(login)).toMatch(
    /and no program can be run there: .*"\/nowhere\/sh", and there is no such program/,
  )
})

test.runIf(process.getuid?.() === 0)('a file system that starts no programs (as root)', async () => {
  const folder = testFolder()
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'noexec,size=1m', 'tmpfs', folder])
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]))
  expect(status).toBe(0)
  expect(await problem(loginIn(folder))).toBe(
    wrong("no program can be run there: its file system is mounted with 'noexec'"),
  )
})
