import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitForDocker } from '../../src/docker-daemon/wait-for-docker.ts'
import { memoryJob } from '../../src/testing.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-wait-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function sentence(host: string, timeout: number, failFast = true) {
  const job = memoryJob({ DOCKER_HOST: host, HOME: folder })
  const found = await waitForDocker({ timeout, failFast, input: 'patience' }, job)
  return found.ready ? undefined : found.sentence.replaceAll(folder, '')
}

test('says that more time may help, where it may', async () => {
  const host = `unix://${folder}/none.sock`
  expect(await sentence(host, 0)).toMatch(
    /^Docker is not ready \(socket_missing\): unix:\/\/\/none\.sock does not exist.*If it is still starting, wait for it with 'patience: 60s'\.$/,
  )
  expect(await sentence(host, 20)).toMatch(
    /after \d+ ms, the time is up: .* If it only starts slowly, raise 'patience'\.$/,
  )
})

test('does not advise time for what time does not cure', async () => {
  expect(await sentence(`unix://${folder}`, 0)).toMatch(/\(socket_is_folder\): .* start dockerd first\.$/)
  expect(await sentence(`unix://${folder}`, 20, false)).toMatch(/\(socket_is_folder\) after .* start dockerd first\.$/)
})

test('names what is no endpoint', async () => {
  expect(await sentence('fd://', 0)).toMatch(/^'DOCKER_HOST' is for dockerd only/)
})

test('searches where nothing names a place, and says so', async () => {
  const job = memoryJob({ HOME: folder, XDG_RUNTIME_DIR: folder })
  await waitForDocker({ timeout: 1, failFast: true, input: 'patience' }, job)
  expect(job.told.lines.filter((line) => line.startsWith('Endpoint'))).toEqual([
    expect.stringContaining(`or the first of unix://${folder}/docker.sock`),
  ])
})
