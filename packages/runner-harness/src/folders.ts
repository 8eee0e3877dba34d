import {
  type Dirent,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The folders of one job, all below one temporary root, laid out as on a self-hosted runner. */
export interface Folders {
  readonly root: string
  /** HOME */
  readonly home: string
  /** TMPDIR: on a real machine /tmp, here a folder that tests can inspect. */
  readonly tmp: string
  /** RUNNER_TEMP */
  readonly temp: string
  /** RUNNER_TOOL_CACHE */
  readonly tools: string
  /** RUNNER_WORKSPACE, the parent of the workspace */
  readonly pipeline: string
  /** GITHUB_WORKSPACE, where steps run */
  readonly workspace: string
  /** GITHUB_EVENT_PATH */
  readonly event: string
}

/** Files by location, as sorted relative paths, without those of the runner itself. */
export interface Files {
  readonly workspace: readonly string[]
  readonly temp: readonly string[]
  readonly tmp: readonly string[]
  readonly home: readonly string[]
}

const RUNNERS_OWN = /^(?:(_runner_file_commands|_github_workflow)\/|_github_home\/$)/

export function createFolders(repositoryName: string): Folders {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'runner-job-')))
  const work = join(root, '_work')
  const folders = {
    ...{ root, home: join(root, 'home'), tmp: join(root, 'tmp') },
    ...{ temp: join(work, '_temp'), tools: join(work, '_tool'), pipeline: join(work, repositoryName) },
    workspace: join(work, repositoryName, repositoryName),
    event: join(work, '_temp', '_github_workflow', 'event.json'),
  }
  for (const folder of [folders.home, folders.tmp, folders.tools, folders.workspace, dirname(folders.event)]) {
    mkdirSync(folder, { recursive: true })
  }
  return folders
}

/** Removes all folders of a job. A process that was just killed may still use one for a moment. */
export function removeRoot(root: string): void {
  rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
}

/** Writes files, given by path relative to `folder`. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

export function listFiles({ workspace, temp, tmp, home }: Folders): Files {
  return {
    workspace: below(workspace),
    temp: below(temp).filter((path) => !RUNNERS_OWN.test(path)),
    tmp: below(tmp),
    home: below(home),
  }
}

/** Everything below `folder` that is not a folder, and empty folders (with a trailing slash). */
export function below(folder: string, prefix = ''): string[] {
  return entries(join(folder, prefix))
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`
      if (!entry.isDirectory()) return [path]
      const inside = below(folder, `${path}/`)
      return inside.length === 0 ? [`${path}/`] : inside
    })
    .sort()
}

/** A folder that disappears while it is read, because a process is still running, counts as empty. */
function entries(folder: string): Dirent[] {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []
}

/** Empties RUNNER_TEMP, as the runner does at the end of a job. */
export function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
}

export function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
