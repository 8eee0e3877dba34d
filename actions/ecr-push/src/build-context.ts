import { createHash } from 'node:crypto'
import { createReadStream, type Dirent, existsSync } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Failure, reason, settleAll } from '@container-actions/core'
import { type IgnoreRules, type Match, parseIgnoreRules } from './ignore-rules.ts'

/** Something in the build context. */
interface Entry {
  /** From the context, with `/`. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
}

/** How many files are read at a time. */
const AT_ONCE = 16

/** The rules beside the Dockerfile count where there are some, else those of the context. */
async function readRules(context: string, dockerfile: string): Promise<IgnoreRules> {
  const file = [`${dockerfile}.dockerignore`, join(context, '.dockerignore')].find((path) => existsSync(path))
  if (file === undefined) return parseIgnoreRules('')
  try {
    return parseIgnoreRules(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Failure(`The patterns in ${JSON.stringify(file)} cannot be read: ${reason(error)}`, { cause: error })
  }
}

function kindOf(entry: Dirent): Entry['kind'] | undefined {
  if (entry.isDirectory()) return 'folder'
  if (entry.isSymbolicLink()) return 'link'
  return entry.isFile() ? 'file' : undefined
}

/** What Docker would send of a folder; a folder that is left out comes along where something in it does not. */
async function entriesIn(context: string, folder: string, rules: IgnoreRules, above?: Match): Promise<Entry[]> {
  const found: Entry[] = []
  for (const each of await readdir(join(context, folder), { withFileTypes: true })) {
    const path = folder === '' ? each.name : `${folder}/${each.name}`
    const kind = kindOf(each)
    const match = rules.match(path, above)
    if (kind === undefined || (match.ignored && (kind !== 'folder' || !rules.hasExceptions))) continue
    const below = kind === 'folder' ? await entriesIn(context, path, rules, match) : []
    if (!match.ignored || below.length > 0) found.push({ path, kind }, ...below)
  }
  return found
}

async function contentOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

async function describe(context: string, { path, kind }: Entry): Promise<readonly [string, string, number, string]> {
  const file = join(context, path)
  const { mode } = await lstat(file)
  if (kind === 'link') return [path, kind, 0, await readlink(file)]
  return [path, kind, mode & 0o7777, kind === 'file' ? await contentOf(file) : '']
}

/** What Docker would send of a build context. */
export const contextEntries = async (context: string, dockerfile: string): Promise<Entry[]> =>
  entriesIn(context, '', await readRules(context, dockerfile))

/**
 * A hash of a Dockerfile and of what Docker would send of its context: names, contents, permissions and links, and
 * nothing that differs between two checkouts of the same commit, such as times and owners.
 */
export async function contextHash(context: string, dockerfile: string): Promise<string> {
  try {
    const entries = await contextEntries(context, dockerfile)
    const results = await settleAll(entries, AT_ONCE, (entry) => describe(context, entry))
    const described = results.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
    described.sort(([one], [other]) => (one < other ? -1 : 1))
    return createHash('sha256')
      .update(JSON.stringify([await contentOf(dockerfile), described]))
      .digest('hex')
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(`The build context ${JSON.stringify(context)} cannot be read: ${reason(error)}`, { cause: error })
  }
}
