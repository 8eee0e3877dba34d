import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { engineImages } from '../../src/docker-daemon/engine-images.ts'

const ID = `sha256:${'1d'.repeat(32)}`

/** An engine that answers each request so, and notes it. */
async function engine(answer: (request: IncomingMessage, response: ServerResponse) => void, signal?: AbortSignal) {
  const folder = mkdtempSync(join(tmpdir(), 'engine-images-'))
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`)
    answer(request, response)
  }).listen(join(folder, 'docker.sock'))
  await once(server, 'listening')
  const images = engineImages({
    env: { DOCKER_HOST: `unix://${folder}/docker.sock` },
    signal: signal ?? new AbortController().signal,
  })
  onTestFinished(() => {
    images.close()
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return { images, requests }
}

const says = (status: number, body: object) => (_: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(status).end(JSON.stringify(body))

describe('the images of an engine', () => {
  test('are found by their names, with their other names', async () => {
    const { images, requests } = await engine(says(200, { Id: ID, RepoTags: ['a:1', 'b:2'], RepoDigests: ['a@x'] }))
    expect(await images.find('h:5000/team/app:1')).toEqual({ id: ID, names: ['a:1', 'b:2'], digests: ['a@x'] })
    expect(await images.find(`h/app@${ID}`)).toMatchObject({ id: ID })
    expect(requests).toEqual(['GET /images/h:5000/team/app:1/json', `GET /images/h/app@${ID}/json`])
  })

  test('get names and lose them', async () => {
    const { images, requests } = await engine((request, response) =>
      says(request.method === 'POST' ? 201 : 200, [])(request, response),
    )
    expect(await images.tag('own:built', 'h:5000/team/app:1')).toBe(true)
    await images.remove('h:5000/team/app:1')
    expect(requests).toEqual([
      'POST /images/own:built/tag?repo=h:5000/team/app&tag=1',
      'DELETE /images/h:5000/team/app:1?noprune=1',
    ])
  })

  test('may be missing', async () => {
    const { images } = await engine(says(404, { message: 'No such image: x' }))
    expect([await images.find('x'), await images.tag('x', 'y:1')]).toEqual([undefined, false])
    await images.remove('x')
  })

  test.each(['OK', '', 'null', '[]', '{"Id":1}'])('are not in an answer that no engine gives: %j', async (body) => {
    const { images } = await engine((_, response) => void response.end(body))
    await expect(images.find('a:1')).rejects.toThrow(
      "Docker's engine cannot inspect a:1: the response is not from an engine. Check DOCKER_HOST.",
    )
  })

  test('may be in use', async () => {
    const { images } = await engine(says(409, { message: 'conflict: a container uses it' }))
    await expect(images.remove('x:1')).rejects.toThrow(
      "Docker's engine keeps the image name x:1: conflict: a container uses it",
    )
  })

  test('are asked for once more where the connection was closed meanwhile', async () => {
    let answered = 0
    const { images } = await engine((request, response) => {
      if (++answered === 2) request.socket.destroy()
      else says(200, { Id: ID })(request, response)
    })
    expect([await images.find('x'), await images.find('x')]).toEqual([
      { id: ID, names: [], digests: [] },
      { id: ID, names: [], digests: [] },
    ])
    expect(answered).toBe(3)
  })

  test('lose names in a cancelled job as well, where that undoes what the step did', async () => {
    const { images, requests } = await engine(says(200, {}), AbortSignal.abort(new Error('Cancelled')))
    await expect(images.find('x')).rejects.toThrow('Cancelled')
    await images.remove('x', { undoes: true })
    expect(requests).toEqual(['DELETE /images/x?noprune=1'])
  })

  test('of an engine that is not there are an error with its address', async () => {
    const images = engineImages({ env: { DOCKER_HOST: 'unix:///nowhere.sock' }, signal: new AbortController().signal })
    await expect(images.find('x')).rejects.toThrow(
      "Cannot connect to the Docker daemon at unix:///nowhere.sock (ENOENT). Look at the daemon's log.",
    )
  })
})
