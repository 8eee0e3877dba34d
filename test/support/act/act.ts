import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach } from 'vitest'
import { cacheFolder } from '../../../packages/docker-engine/src/cache-folder.ts'
import { below, isFile } from '../../../packages/runner-harness/src/folders.ts'
import type { Tree } from '../../../scripts/release/tree.ts'
import { commitRepository, type RepositoryContent } from './act-repository.ts'
import { layOutActions, REFS } from './actions-tree.ts'

/** Where scripts/install/act.sh puts it; its version is in the name. */
const VERSION = 'v0.2.87'

/** Where act is, if it is installed. */
export function actBinary(): string | undefined {
  const folders = [join(cacheFolder(), `act-${VERSION}`), ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'act')).find((file) => existsSync(file))
}

/** The tests of this `describe` need act; without it they are skipped with the reason. */
export function useAct(): void {
  beforeEach((context) =>
    context.skip(actBinary() === undefined, 'act is not installed; sh scripts/install/act.sh builds it with Go'),
  )
}

export interface ActOptions extends RepositoryContent {
  /** The workflow file's text; `files` are those beside it. */
  readonly workflow: string
  /** Environment of the runner's machine. */
  readonly machine: Readonly<Record<string, string>>
  /** Variables and secrets of the repository, as `vars` and `secrets` give them to the workflow. */
  readonly vars?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  /** Name and payload of the event; a push where it is left out. */
  readonly event?: { readonly name: string; readonly payload: unknown }
  /** What is served as org/actions; the release of these sources where it is left out. */
  readonly actions?: Tree
}

interface Ended {
  readonly exitCode: number
  readonly log: string
}

export interface ActRun extends Ended {
  /** The commit that the workflow ran for. */
  readonly sha: string
  /** Everything that the run could write to: home with act's own folders, repository, temporary files. */
  readonly folder: string
  /** Runs the workflow once more for the same commit. */
  again(): Promise<Ended>
}

/**
 * Runs a workflow on act, straight on this machine, with what users get of the built actions as org/actions@v1, and hands
 * the run to `look` before its folder is removed.
 */
export async function withAct(options: ActOptions, look: (run: ActRun) => void | Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'act-'))
  try {
    await look(await act(options, folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Where a secret is after a run: in its log, or in the files that it left. */
export function tracesOf(secret: string, { log, folder }: Pick<ActRun, 'log' | 'folder'>): string[] {
  const files = below(folder).map((name) => join(folder, name))
  const holding = files.filter((file) => isFile(file) && readFileSync(file).includes(secret))
  return log.includes(secret) ? ['the log', ...holding] : holding
}

async function act(options: ActOptions, folder: string): Promise<ActRun> {
  const repository = join(folder, 'repository')
  const files = { '.github/workflows/workflow.yml': options.workflow, ...options.files }
  const sha = commitRepository(repository, { ...options, files })
  const tree = join(folder, 'actions')
  layOutActions(tree, options.actions)
  for (const name of ['home', 'tmp']) await mkdir(join(folder, name))
  const env = {
    ...options.machine,
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    // act runs JavaScript actions with the first node in the PATH.
    PATH: [dirname(process.execPath), options.machine['PATH'] ?? process.env['PATH']].join(delimiter),
  }
  const event = join(folder, 'event.json')
  if (options.event) await writeFile(event, JSON.stringify(options.event.payload))
  const args = [
    ...[
      options.event?.name ?? 'push',
      '--platform',
      'self-hosted=-self-hosted',
      '--platform',
      'ubuntu-latest=-self-hosted',
    ],
    ...REFS.flatMap((ref) => ['--local-repository', `${ref}=${tree}`]),
    ...Object.entries(options.vars ?? {}).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ...Object.entries(options.secrets ?? {}).flatMap(([name, value]) => ['--secret', `${name}=${value}`]),
    ...(options.event ? ['--eventpath', event] : []),
  ]
  const again = () => run(actBinary() ?? 'act', args, { cwd: repository, env })
  return { ...(await again()), sha, folder, again }
}

async function run(
  file: string,
  args: string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, args, { ...options, maxBuffer: 64 * 2 ** 20 })
    return { exitCode: 0, log: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number | string; stdout?: string; stderr?: string }
    if (typeof code !== 'number') throw error
    return { exitCode: code, log: `${stdout}${stderr}` }
  }
}
