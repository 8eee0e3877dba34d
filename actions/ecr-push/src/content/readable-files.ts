import { accessSync, constants, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  blockingPath,
  builderOf,
  Failure,
  type Job,
  ownerCure,
  ownerOf,
  readsEverything,
  runnablePlugin,
  type Toolset,
  thisUser,
  tryOrUndefined,
} from '@container-actions/core'
import { dialectOf } from '../builder/image-maker.ts'
import { contextEntries } from '../context/context-entries.ts'
import type { IgnoreDialect } from '../context/ignore-rules.ts'
import { contextRules } from '../context/ignore-source.ts'
import { Pace } from '../context/pace.ts'
import { isRemote } from '../inputs/build-files.ts'
import { valuesOf } from '../inputs/given-options.ts'
import type { Inputs } from '../inputs.ts'
import { type ReadSources, sourcesOf } from './read-sources.ts'
import { contextFolder, pathsOf } from './workspace-files.ts'

/**
 * Rejects a file that an input names, or that the build reads implicitly, if this user may not read it: BuildKit would
 * treat a Dockerfile as empty, and ignore an ignore file.
 *
 * @throws {Failure} with the owner, the mode and what to change
 */
export function checkNamedFiles(inputs: Inputs): void {
  if (readsEverything()) return
  const [script] = inputs.prebuildScript ?? []
  for (const [subject, path] of pathsOf(inputs)) {
    const blocker = path === script ? undefined : blockingPath(path)
    if (blocker === undefined) continue
    const what = blocker === resolve(path) ? '' : ` because of the folder ${JSON.stringify(blocker)}`
    throw new Failure(
      `${subject}, which ${thisUser()} may not read${what}: ${ownerOf(blocker)}. ${ownerCure(blocker)} before this step.`,
    )
  }
}

/** A context that a client reads for its builder. */
interface ReadContext {
  readonly folder: string
  /** `undefined` for an additional context. */
  readonly dockerfile: string | undefined
  readonly dialect: IgnoreDialect
  readonly sources: ReadSources
}

/** Files in a context that this user may not read. */
interface Unreadable {
  /** The builder reads these. */
  readonly read: readonly string[]
  /** Those of them that it comes to whatever the ignore rules say. */
  readonly always: ReadonlySet<string>
  /** And does not come to these. */
  readonly unread: readonly string[]
}

const may = (path: string, mode: number): boolean => tryOrUndefined(() => accessSync(path, mode) ?? true) === true

async function unreadableIn({ folder, dockerfile, dialect, sources }: ReadContext, pace: Pace): Promise<Unreadable> {
  const [files, folders]: [string[], string[]] = [[], []]
  const mayEnter = (path: string): boolean => {
    const enters = may(join(folder, path), constants.R_OK | constants.X_OK)
    if (!enters) folders.push(path)
    return enters
  }
  // These clients open a folder before they ask the rules, and read nothing in it then.
  const opensAll = dialect !== 'buildkit'
  const skipped = (path: string) => {
    if (opensAll && !may(join(folder, path), constants.R_OK)) folders.push(path)
  }
  const rules = contextRules(folder, dockerfile, dialect)
  const walk = { rules, pace, skipsSockets: true, skipsOthers: true, mayEnter, skipped }
  const entries = await contextEntries(folder, walk)
  for (const { path, kind } of entries) {
    if (pace.isDue()) await pace.rest()
    if (kind === 'file' && !may(join(folder, path), constants.R_OK)) files.push(path)
  }
  // The builder follows a link and reads its target.
  const throughLink = entries.some(({ path, kind }) => kind === 'link' && sources.isSource(path))
  const readsAll = dialect === 'classic' || throughLink
  const isRead = (path: string) => readsAll || sources.has(path)
  // BuildKit's client of today enters other folders for a pattern alone.
  const isEntered = (path: string) => opensAll || sources.isPattern || isRead(path)
  return {
    always: new Set(opensAll ? folders : []),
    read: [...folders.filter(isEntered), ...files.filter(isRead)],
    unread: [...folders.filter((path) => !isEntered(path)), ...files.filter((path) => !isRead(path))],
  }
}

const shown = ([first, ...others]: readonly string[]): string =>
  `${JSON.stringify(first)}${others.length === 0 ? '' : ` and ${others.length} more`}`

async function checkContext(context: ReadContext, job: Job): Promise<void> {
  const { folder, dialect } = context
  const { read, unread, always } = await unreadableIn(context, new Pace(job.signal))
  const [first] = read
  const where = `The build context ${JSON.stringify(folder)} has`
  if (first === undefined) {
    if (unread.length === 0) return
    job.runner.info(`${where} ${shown(unread)}, which ${thisUser()} may not read; no COPY of the Dockerfile names it.`)
    return
  }
  const path = join(folder, first)
  const danger = dialect === 'classic' ? '' : ' BuildKit would treat an unreadable file as empty.'
  const opened = " This runner's docker client opens every folder of the context, also those that .dockerignore names."
  const cure = ownerCure(resolve(read.length === 1 ? path : folder), path)
  const [why, end] = always.has(first) ? [opened, ''] : [danger, ', or add it to .dockerignore']
  throw new Failure(
    `${where} ${shown(read)}, which ${thisUser()} may not read: ${ownerOf(path)}.${why} ${cure} before this step${end}.`,
  )
}

/** The build contexts on this machine. */
function contextsOf({ path, dockerfile, build, extraBuildArgs }: Inputs, dialect: IgnoreDialect): ReadContext[] {
  const args = [...build.args, ...valuesOf(extraBuildArgs, 'build-arg')]
  const text = isRemote(path) ? undefined : tryOrUndefined(() => readFileSync(dockerfile, 'utf8'))
  // Nothing is known about a Dockerfile that is not available here: any source may be read.
  const sources = sourcesOf(text ?? '# syntax=unknown', args)
  const main = isRemote(path) ? [] : [{ folder: path, dockerfile, dialect, sources: sources('') }]
  const others = [...build.contexts, ...valuesOf(extraBuildArgs, 'build-context')].flatMap((context) =>
    contextFolder(context).map((folder) => {
      const name = context.slice(0, context.indexOf('='))
      return { folder, dockerfile: undefined, dialect, sources: sources(name) }
    }),
  )
  return [...main, ...others]
}

/**
 * Rejects a build that would read a file that this user may not read.
 *
 * @param toolset awaited if the buildx plugin is in none of the usual folders
 * @throws {Failure} with the file, its owner, its mode and what to change
 */
export async function checkReadable(
  inputs: Inputs,
  toolset: Pick<Toolset, 'client' | 'buildx'> | Promise<Pick<Toolset, 'client' | 'buildx'>>,
  job: Job,
): Promise<void> {
  if (readsEverything()) return
  // Everything has been read for the tag.
  if (inputs.contentTag !== undefined) return
  const by = runnablePlugin('buildx', job.env) === undefined ? builderOf(await toolset) : 'buildx'
  for (const context of contextsOf(inputs, dialectOf(by))) await checkContext(context, job)
}
