/**
 * How fast layers go into ecr-local and out of it, compared with Debian's docker-registry, in turns:
 * `npm run bench -- layers [--write]`. It needs docker-registry from scripts/install/registry.sh.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { cacheFolder } from '../../packages/docker-engine/src/cache-folder.ts'
import { memoryOf, startProcess } from '../../packages/ecr-local/src/child-process.ts'
import { authorizationOf, createRepository } from '../../packages/stand-ins/src/ecr-client.ts'
import { median, report, time } from '../bench-table.ts'

const REGISTRY = join(cacheFolder(), 'docker-registry/usr/bin/docker-registry')

/** Times the transfer by docker-registry. */
const BUDGET = 1

const ROUNDS = 7
const LAYER = 256 * 1024 * 1024

const sha256 = (content: Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`

type Server = Awaited<ReturnType<typeof startProcess>>['started']

/** Sends a layer in one request. */
async function upload(url: string, headers: Record<string, string>, content: Uint8Array<ArrayBuffer>, digest: string) {
  const begun = await fetch(`${url}/v2/app/blobs/uploads/`, { method: 'POST', headers })
  const target = new URL(begun.headers.get('location') ?? '', url)
  target.searchParams.set('digest', digest)
  const put = await fetch(target, { method: 'PUT', headers, body: content })
  if (put.status !== 201) throw new Error(`A layer is refused: ${put.status} ${await put.text()}`)
}

async function download(url: string, headers: Record<string, string>, digest: string): Promise<void> {
  const answer = await fetch(`${url}/v2/app/blobs/${digest}`, { headers })
  let size = 0
  for await (const chunk of answer.body ?? []) size += chunk.length
  if (size !== LAYER) throw new Error(`A layer has ${size} bytes`)
}

interface Other extends AsyncDisposable {
  readonly url: string
}

async function startRegistry(folder: string): Promise<Other> {
  const port = 20_000 + (process.pid % 10_000)
  const config = `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${folder}/registry } }\nhttp: { addr: 127.0.0.1:${port} }\n`
  writeFileSync(join(folder, 'registry.yml'), config)
  const child: ChildProcess = spawn(REGISTRY, ['serve', join(folder, 'registry.yml')], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(`${url}/v2/`).catch(() => undefined)) break
    await sleep(50)
  }
  return { url, [Symbol.asyncDispose]: async () => void child.kill() }
}

/** Medians in ms of a layer in and out, by ecr-local and by docker-registry. */
async function transfers(server: Server, folder: string): Promise<[string, number, number][]> {
  await using other = await startRegistry(folder)
  const ours = {
    url: `http://${server.registry}`,
    headers: { authorization: `Basic ${await authorizationOf(server)}` },
  }
  const places = [ours, { url: other.url, headers: {} }]
  const times: [number[], number[]][] = [
    [[], []],
    [[], []],
  ]
  for (let round = 0; round < ROUNDS; round++) {
    const content = randomBytes(LAYER)
    const digest = sha256(content)
    for (const [index, { url, headers }] of places.entries()) {
      times[0]?.[index]?.push(await time(() => upload(url, headers, content, digest)))
      times[1]?.[index]?.push(await time(() => download(url, headers, digest)))
    }
  }
  return ['In', 'Out'].map((title, index) => {
    const [mine = [], theirs = []] = times[index] ?? []
    return [title, median(theirs), median(mine)]
  })
}

export async function bench(args: string[]): Promise<boolean> {
  const { values } = parseArgs({ args, options: { write: { type: 'boolean', default: false } } })
  if (!existsSync(REGISTRY)) throw new Error('There is no docker-registry. Run scripts/install/registry.sh.')
  const folder = mkdtempSync(join(tmpdir(), 'bench-layers-'))
  const { started, child, stop } = await startProcess(['--data', join(folder, 'data')])
  try {
    await createRepository(started, 'app')
    const found = await transfers(started, folder)
    const speed = (ms: number) => `${(LAYER / 1e6 / (ms / 1e3)).toFixed(0)} MB/s`
    const rows = found.map(([title, theirs, mine]) => [
      title,
      speed(theirs),
      speed(mine),
      (mine / theirs).toFixed(2),
      `${BUDGET}`,
    ])
    const heads = ['A layer of 268 MB', 'docker-registry', 'ecr-local', 'Ratio of times', 'Budget']
    report('layers', { heads, rows }, values.write)
    console.log(`Memory of ecr-local: at most ${(await memoryOf(child)).peak.toFixed(0)} MB.`)
    return found.every(([, theirs, mine]) => mine / theirs <= BUDGET)
  } finally {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
