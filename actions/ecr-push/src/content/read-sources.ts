import { dockerfileLines, type Instruction, instructionsOf } from '../context/dockerfile.ts'
import { cleanPath } from '../context/ignore-file.ts'
import { ignorePattern, UNKNOWN } from '../context/ignore-pattern.ts'
import { foreignFrontend, wordsOf } from '../context/remote-sources.ts'

/** What a build reads from one context. */
export interface ReadSources {
  /** Whether it reads a path of the context, or something above or below it. */
  readonly has: (path: string) => boolean
  /** Whether it reads the path itself, or something above it. */
  readonly isSource: (path: string) => boolean
  /** BuildKit enters every folder of a context if one of the sources is a pattern. */
  readonly isPattern: boolean
}

const EVERYTHING: ReadSources = { has: () => true, isSource: () => false, isPattern: true }

const NO_EFFORT = { steps: 0 }

/**
 * Matches one part of a path against that of a source, as in https://pkg.go.dev/path/filepath#Match; a variable matches
 * anything.
 */
function partTest(part: string): (name: string) => boolean {
  const pattern = ignorePattern(part, 'glob')
  return pattern === UNKNOWN ? () => true : (name) => pattern.matches(name, NO_EFFORT)
}

function partsOf(source: string): string[] {
  const parts = cleanPath(`/${source}`).split('/').filter(Boolean)
  const variable = parts.findIndex((part) => part.includes('$'))
  return variable < 0 ? parts : parts.slice(0, variable)
}

function readSources(sources: readonly string[]): ReadSources {
  const tests = sources.map((source) => partsOf(source).map(partTest))
  const matches = (names: readonly string[], test: (typeof tests)[number]) =>
    test.slice(0, names.length).every((part, index) => part(names[index] ?? ''))
  return {
    has: (path) => tests.some((test) => matches(path.split('/'), test)),
    isSource: (path) => {
      const names = path.split('/')
      return tests.some((test) => names.length <= test.length && matches(names, test))
    },
    isPattern: sources.some((source) => /[*?[\\$]/.test(source)),
  }
}

/** A source, and its context or stage; empty for the main context. */
type NamedSource = readonly [from: string, source: string]

const flag = (words: readonly string[], name: string): string | undefined =>
  words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)

/** https://docs.docker.com/reference/dockerfile/#run---mounttypebind */
function mountSource(mount: string): NamedSource[] {
  const fields = new Map(mount.split(',').map((field) => /^([^=]*)=?(.*)$/s.exec(field)?.slice(1) as [string, string]))
  if ((fields.get('type') ?? 'bind') !== 'bind') return []
  return [[fields.get('from') ?? '', fields.get('source') ?? fields.get('src') ?? '/']]
}

function sourcesIn({ keyword, text }: Instruction): NamedSource[] {
  const words = wordsOf(text)
  if (keyword === 'FROM')
    return words
      .filter((word) => !word.startsWith('--'))
      .slice(0, 1)
      .map((base) => [base, '/'])
  if (keyword === 'RUN') {
    return words.filter((word) => word.startsWith('--mount=')).flatMap((word) => mountSource(word.slice(8)))
  }
  if (keyword !== 'COPY' && keyword !== 'ADD') return []
  const from = flag(words, 'from') ?? ''
  const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1)
  return sources.filter((source) => !source.startsWith('<<')).map((source) => [from, source])
}

/**
 * What a Dockerfile makes the builder read from a context. BuildKit requests nothing else from its client, so other
 * unreadable files do not matter. Reads by ONBUILD triggers of a base image are not included.
 *
 * @param args build arguments, `NAME=value`
 * @returns by name of the context, empty for the main one
 */
export function sourcesOf(text: string, args: readonly string[]): (context: string) => ReadSources {
  const lines = dockerfileLines(text)
  if (foreignFrontend(lines, args) !== undefined) return () => EVERYTHING
  const named = instructionsOf(lines).flatMap(sourcesIn)
  return (context) => {
    const sources = named.filter(([from]) => from.toLowerCase() === context.toLowerCase()).map(([, source]) => source)
    // A context can replace an image whose name is spelled differently.
    return context !== '' && sources.length === 0 ? EVERYTHING : readSources(sources)
  }
}
