import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { parseCommand } from './commands.ts'
import { below, type Folders, isFile } from './folders.ts'
import { uriForm } from './masks.ts'
import { HAS_PROC } from './process-tree.ts'
import type { Step } from './step.ts'

/** One place where a secret was found. */
export interface Leak {
  readonly place: 'file' | 'output' | 'argv'
  /** A path relative to the job's root, a line of output, or an argument list. */
  readonly at: string
  /** Index of the secret in the given list. */
  readonly secret: number
  readonly form: 'plain' | 'json' | 'uri' | 'base64'
}

/** The part of a job that is searched for secrets. */
export interface Searched {
  readonly folders: Folders
  readonly steps: readonly Step[]
}

/** Minimum number of digits; shorter sequences occur by chance. */
const MIN_CORE = 8

interface Needle {
  readonly text: string
  readonly form: Leak['form']
  readonly secret: number
}

/**
 * Finds every place where a secret appears: all files below HOME, RUNNER_TEMP, TMPDIR and the workspace (and therefore
 * outputs, state and exported variables), output of steps before any masking (except add-mask itself), and the argument
 * lists of their processes. Process environments are not searched. Call it before the job ends.
 */
export function leaks(job: Searched, secrets: readonly string[]): Leak[] {
  if (!HAS_PROC) throw new Error('Leaks into argument lists can only be found on Linux.')
  if (secrets.some((secret) => secret.length < 6)) throw new Error('A secret must have at least 6 characters.')
  const needles = secrets.flatMap(forms)
  const search = (place: Leak['place'], at: string, content: string | Buffer): Leak[] =>
    needles.filter(({ text }) => content.includes(text)).map(({ form, secret }) => ({ place, at, secret, form }))
  const { root, home, temp, tmp, workspace } = job.folders
  const files = [home, temp, tmp, workspace].flatMap((folder) => below(folder).map((path) => join(folder, path)))
  return [
    ...files.flatMap((path) => search('file', path.slice(root.length + 1), fileContent(path, root))),
    ...job.steps.flatMap((step) => outputLines(step).flatMap((line) => search('output', line, line))),
    ...job.steps.flatMap((step) => step.argv.flatMap((argv) => search('argv', argv.join(' '), argv.join('\0')))),
  ]
}

/** File names and link targets are searched like content. */
function fileContent(path: string, root: string): Buffer {
  const name = Buffer.from(`${path.slice(root.length + 1)}\n`)
  if (path.endsWith('/')) return name
  if (isFile(path)) return Buffer.concat([name, readFileSync(path)])
  try {
    return Buffer.concat([name, Buffer.from(readlinkSync(path))])
  } catch {
    return name // A socket or a named pipe.
  }
}

function outputLines(step: Step): string[] {
  const isAddMask = (name: string) => name.toLowerCase() === 'add-mask'
  return step.raw.split(/\r\n|\r|\n/).filter((line) => {
    const command = parseCommand(line, isAddMask)
    return command === undefined || !step.masks.includes(command.data)
  })
}

function forms(secret: string, index: number): Needle[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const all: Omit<Needle, 'secret'>[] = [
    { form: 'plain', text: secret },
    ...(json === secret ? [] : [{ form: 'json' as const, text: json }]),
    ...(uriForm(secret) === secret ? [] : [{ form: 'uri' as const, text: uriForm(secret) }]),
    ...base64Cores(secret).map((text) => ({ form: 'base64' as const, text })),
  ]
  return all.map((needle) => ({ ...needle, secret: index }))
}

/**
 * The Base64 digits that represent complete groups of three bytes of the secret, for each of its three possible
 * alignments in a longer text. Its first and last bytes share digits with their neighbors and are unknown.
 */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const cores = [0, 1, 2].flatMap((offset) => {
    const whole = bytes.subarray(offset, offset + Math.floor((bytes.length - offset) / 3) * 3)
    return [whole.toString('base64'), whole.toString('base64url')]
  })
  return [...new Set(cores)].filter((core) => core.length >= MIN_CORE)
}
