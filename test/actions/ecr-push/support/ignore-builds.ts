import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { docker } from '../../../../packages/docker-engine/src/images.ts'
import type { PrivateEngine } from '../../../../packages/docker-engine/src/index.ts'
import { tarEntries } from './tar-entries.ts'

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
const output = (folder: string, index: number) => join(folder, 'out', `${index}.tar`)

/** Where the tree of a folder of cases is. */
export const treeOf = (folder: string): string => join(folder, 'tree')

/** The Dockerfile of a case, beside which its rules are. */
export const dockerfileOf = (folder: string, index: number): string => join(place(folder, index), 'Dockerfile')

/** The paths in an archive, which costs far less than files that are written and looked for. */
const pathsIn = (archive: Buffer): string[] =>
  tarEntries(archive)
    .map(({ name }) => name.replace(/^\.?\//, '').replace(/\/$/, ''))
    .filter((name) => name !== '' && name !== '.')
    .sort()

const run = promisify(execFile)

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
  const env = { ...process.env, ...engine.env, DOCKER_BUILDKIT: '1' }
  const options = { env, encoding: 'buffer', maxBuffer: 2 ** 24 } as const
  return sideBySide(files.length, async (index) => {
    const words = ['build', '--progress=plain', '--output=-', '--file', dockerfileOf(folder, index), treeOf(folder)]
    return run('docker', words, options).then(({ stdout }) => pathsIn(stdout), asError)
  })
}

/** Many builds in each `docker buildx bake`, with the builder of this name. */
export const withBuildx =
  (builder: string): IgnoreBuilds =>
  async (engine, folder, files) => {
    writeCases(folder, files)
    mkdirSync(join(folder, 'out'))
    const targets = files.map((_, index) => {
      const to = `type=tar,dest=${output(folder, index)}`
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
    return files.map((_, index) => pathsIn(readFileSync(output(folder, index))))
  }

/** Asks the engine's API. */
function ask(engine: Reached, path: string): Promise<Buffer> {
  return new Promise((done, failed) => {
    const sent = request({ socketPath: engine.socket, path }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      const answer = Buffer.concat(chunks)
      if (response.statusCode === 200) done(answer)
      else failed(new Error(`GET ${path}: ${response.statusCode} ${answer}`))
    })
    sent.on('error', failed).end()
  })
}

/** What is below `/made` in an image of one layer. */
async function contentOf(engine: Reached, image: string): Promise<string[]> {
  const layers = tarEntries(await ask(engine, `/images/${image}/get`)).filter(({ name }) => name.endsWith('/layer.tar'))
  const paths = layers.flatMap(({ content }) => pathsIn(content))
  return paths.flatMap((path) => (path.startsWith('made/') ? [path.slice('made/'.length)] : []))
}

/** One `docker build` with the classic builder for each, whose rules are in the context. */
export const withClassicBuilder: IgnoreBuilds = async (engine, folder, files) => {
  const env = { ...process.env, ...engine.env, DOCKER_BUILDKIT: '0' }
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
