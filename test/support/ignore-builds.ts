import { execFile, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PrivateEngine } from './engine.ts'
import { docker } from './engine-images.ts'

/** An engine, and the client that talks to it. */
export type Reached = Pick<PrivateEngine, 'env' | 'socket'>

/** What a builder made of a tree with one ignore file: the sorted paths in the image, or why it refused. */
export type Built = readonly string[] | Error

/** Builds with every one of the ignore files, and tells what was in each image. */
export type IgnoreBuilds = (engine: Reached, folder: string, files: readonly string[]) => Promise<readonly Built[]>

/** How many builds run side by side where each is a process. */
const AT_ONCE = 4

/** How many builds one process does. */
const BATCH = 60

const place = (folder: string, index: number) => join(folder, 'cases', String(index))
const output = (folder: string, index: number) => join(folder, 'out', String(index))

/** Where the tree of a folder of cases is. */
export const treeOf = (folder: string): string => join(folder, 'tree')

/** The Dockerfile of a case, beside which its rules are. */
export const dockerfileOf = (folder: string, index: number): string => join(place(folder, index), 'Dockerfile')

const pathsIn = (folder: string): string[] =>
  existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]).sort() : []

function writeCases(folder: string, files: readonly string[]): void {
  for (const [index, rules] of files.entries()) {
    mkdirSync(place(folder, index), { recursive: true })
    writeFileSync(dockerfileOf(folder, index), 'FROM scratch\nCOPY . /\n')
    writeFileSync(`${dockerfileOf(folder, index)}.dockerignore`, rules)
    // To BuildKit a file of the same size and time is the one that it has already.
    utimesSync(`${dockerfileOf(folder, index)}.dockerignore`, index, index)
  }
}

async function sideBySide<T>(count: number, work: (index: number, worker: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const worker = async (name: number) => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index, name)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, name) => worker(name)))
  return results
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** One `docker build` with BuildKit for each. */
export const withBuildkit: IgnoreBuilds = (engine, folder, files) => {
  writeCases(folder, files)
  return sideBySide(files.length, async (index) => {
    const made = output(folder, index)
    const words = ['build', '--quiet', '--output', made, '--file', dockerfileOf(folder, index), treeOf(folder)]
    return docker(engine, ...words).then(() => pathsIn(made), asError)
  })
}

/** Many builds in each `docker buildx bake`, with the builder of this name. */
export const withBuildx =
  (builder: string): IgnoreBuilds =>
  async (engine, folder, files) => {
    writeCases(folder, files)
    const targets = files.map((_, index) => {
      const to = `type=local,dest=${output(folder, index)}`
      return [
        `case${index}`,
        { context: treeOf(folder), dockerfile: dockerfileOf(folder, index), output: [to] },
      ] as const
    })
    const file = join(folder, 'bake.json')
    for (let at = 0; at < targets.length; at += BATCH) {
      const target = Object.fromEntries(targets.slice(at, at + BATCH))
      writeFileSync(file, JSON.stringify({ group: { default: { targets: Object.keys(target) } }, target }))
      await docker(engine, 'buildx', 'bake', `--builder=${builder}`, '--allow=fs=*', '--progress=quiet', '--file', file)
    }
    return files.map((_, index) => pathsIn(output(folder, index)))
  }

/** Asks the engine's API. */
function ask(engine: Reached, method: string, path: string, body = ''): Promise<Buffer> {
  return new Promise((done, failed) => {
    const headers = { 'Content-Type': 'application/json' }
    const sent = request({ socketPath: engine.socket, method, path, headers }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      const answer = Buffer.concat(chunks)
      if ((response.statusCode ?? 500) < 300) done(answer)
      else failed(new Error(`${method} ${path}: ${response.statusCode} ${answer}`))
    })
    sent.on('error', failed).end(body)
  })
}

/** What is below `/made` in an image, from a container of it that never runs. */
async function contentOf(engine: Reached, image: string): Promise<string[]> {
  const created = await ask(engine, 'POST', '/containers/create', JSON.stringify({ Image: image, Cmd: ['none'] }))
  const { Id: id } = JSON.parse(String(created))
  const input = await ask(engine, 'GET', `/containers/${id}/export`)
  await ask(engine, 'DELETE', `/containers/${id}`)
  const { stdout } = spawnSync('tar', ['--list', '--quoting-style=literal'], { input, encoding: 'utf8' })
  const names = stdout.split('\n').filter((name) => name.startsWith('made/') && name !== 'made/')
  return names.map((name) => name.slice('made/'.length).replace(/\/$/, '')).sort()
}

/** One `docker build` with the classic builder for each, whose rules are in the context. */
export const withClassicBuilder: IgnoreBuilds = async (engine, folder, files) => {
  const env = { ...process.env, ...engine.env, DOCKER_BUILDKIT: '0' }
  const run = promisify(execFile)
  return sideBySide(files.length, async (index, worker) => {
    const context = join(folder, `tree${worker}`)
    if (!existsSync(context)) cpSync(treeOf(folder), context, { recursive: true, verbatimSymlinks: true })
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY . /made/\n')
    writeFileSync(join(context, '.dockerignore'), files[index] ?? '')
    try {
      const { stdout } = await run('docker', ['build', '--quiet', context], { env })
      return await contentOf(engine, stdout.trim())
    } catch (error) {
      return asError(error)
    }
  })
}
