import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { isLoopback, isRootless, unreachedByEngine } from '../../src/docker-daemon/registry-reach.ts'
import { testFolder } from '../support/folder.ts'

const open: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

/** An engine that says this of every image. */
async function engineThat(message: string) {
  const socket = join(testFolder(), 'docker.sock')
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(500).end(JSON.stringify({ message }))
  })
  open.push(server)
  await new Promise<void>((listening) => server.listen(socket, listening))
  return { job: { env: { DOCKER_HOST: `unix://${socket}` }, signal: new AbortController().signal }, asked }
}

/** Engines 20.10 and 28.5 say both lines word for word. */
test.each([
  ['Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused', 'connection refused'],
  ['Head "http://127.0.0.1:9/v2/app/manifests/latest": no basic auth credentials', undefined],
])('an engine that says %j', async (message, found) => {
  const { job, asked } = await engineThat(message)
  expect(await unreachedByEngine('127.0.0.1:9/team/app:latest', job)).toBe(found)
  expect(asked).toEqual(['GET /distribution/127.0.0.1:9/team/app:latest/json'])
})

test('an engine that does not answer tells nothing', async () => {
  const job = { env: { DOCKER_HOST: 'unix:///nowhere.sock' }, signal: new AbortController().signal }
  expect(await unreachedByEngine('127.0.0.1:9/app:latest', job)).toBeUndefined()
})

test.each(['localhost', 'localhost:5000', '127.0.0.1:1', '127.1.2.3', '[::1]:5000'])('%s is a loopback', (host) => {
  expect(isLoopback(host)).toBe(true)
})

test.each(['10.0.2.2:5000', '127.0.0.1.example.com', 'localhost.example.com', '1.dkr.ecr.eu-west-1.amazonaws.com'])(
  '%s is none',
  (host) => expect(isLoopback(host)).toBe(false),
)

test.each([
  [{ SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'] }, true],
  [{ SecurityOptions: ['name=seccomp,profile=default'] }, false],
  [{ SecurityOptions: null }, false],
  [undefined, false],
])('of %j, it is rootless: %s', (info, expected) => expect(isRootless(info)).toBe(expected))
