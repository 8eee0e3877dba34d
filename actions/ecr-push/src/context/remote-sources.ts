import { Failure } from '@container-actions/core'
import { directivesOf, dockerfileLines, type Instruction, instructionsOf } from './dockerfile.ts'

/** Frontends for the Dockerfile language, pulled from anywhere. */
const DOCKERFILE_FRONTEND = /^(?:.*\/)?dockerfile(?:-upstream)?(?:[:@].*)?$/

/** A build argument that selects the frontend instead of the Dockerfile. */
const SYNTAX_ARGUMENT = 'BUILDKIT_SYNTAX='

/** Sources that `ADD` downloads: https://docs.docker.com/reference/dockerfile/#adding-files-from-a-url */
const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|[\w-]+@[a-z0-9.-]+:)/i

/** Prefixes of such a source; the text before a variable may be the start of one of them. */
const BEGINNINGS = ['http://', 'https://', 'git://', 'ssh://', 'git@']

/** https://docs.docker.com/build/concepts/context/#git-repositories */
const GIT = /^(?:git|ssh):\/\/|^[\w-]+@|\.git(?:[#?]|$)/i

/** A commit ID is a checksum of its content. */
const COMMIT = /#[0-9a-f]{40}(?:[0-9a-f]{24})?(?::|$)|[?&]checksum=[0-9a-f]{40}/

/** The words of an instruction in either form, without their quotes. */
export function wordsOf(rest: string): string[] {
  const [, flags = '', words = ''] = /^((?:--\S+\s+)*)(.*)$/s.exec(rest) ?? []
  const list = words.startsWith('[') ? jsonWords(words) : undefined
  return [...flags.split(/\s+/), ...(list ?? words.split(/\s+/))]
    .filter(Boolean)
    .map((word) => word.replace(/["'`\\]/g, ''))
}

function jsonWords(text: string): string[] | undefined {
  try {
    const words: unknown = JSON.parse(text)
    return Array.isArray(words) ? words.map(String) : undefined
  } catch {
    return undefined
  }
}

/**
 * The frontend that a Dockerfile or a build argument selects, if it is for a different language.
 *
 * @param args build arguments, `NAME=value`
 */
export function foreignFrontend(lines: readonly string[], args: readonly string[]): string | undefined {
  const argument = args.findLast((arg) => arg.startsWith(SYNTAX_ARGUMENT))
  const syntax = argument?.slice(SYNTAX_ARGUMENT.length) ?? directivesOf(lines).get('syntax')
  return syntax === undefined || DOCKERFILE_FRONTEND.test(syntax.split(/\s/)[0] ?? '') ? undefined : syntax
}

/** Whether a source is downloaded; one with a variable may be, unless the text before it is a path. */
function mayBeRemote(source: string): boolean {
  const variable = source.indexOf('$')
  if (REMOTE.test(source)) return !(GIT.test(source) && COMMIT.test(source))
  const start = source.slice(0, variable).toLowerCase()
  return variable >= 0 && BEGINNINGS.some((beginning) => beginning.startsWith(start))
}

/** The first source of an `ADD` whose content may change although the Dockerfile does not. */
function looseSource({ keyword, text }: Instruction): string | undefined {
  const [, rest] = /^(?:ONBUILD\s+)?ADD\s+(.*)$/is.exec(`${keyword} ${text}`) ?? []
  if (rest === undefined) return undefined
  const words = wordsOf(rest)
  if (words.some((word) => word.startsWith('--checksum='))) return undefined
  return words
    .filter((word) => !word.startsWith('--'))
    .slice(0, -1)
    .find(mayBeRemote)
}

/**
 * Rejects a Dockerfile that takes content from a place where it may change, because then no hash can tell whether the
 * image would be the same. Base images and frontends are identified only by name, as everywhere.
 *
 * @param args build arguments, `NAME=value`
 * @throws {Failure} with the line and what to change
 */
export function checkRemoteSources(dockerfile: string, content: string, args: readonly string[]): void {
  const lines = dockerfileLines(content)
  const syntax = foreignFrontend(lines, args)
  const because = (why: string) => new Failure(`Input 'skip_if_exists' is 'inputs', and ${why}`)
  if (syntax !== undefined) {
    throw because(
      `${JSON.stringify(dockerfile)} is for the frontend ${JSON.stringify(syntax)}, so it is not known what it downloads. Set skip_if_exists: tag.`,
    )
  }
  for (const instruction of instructionsOf(lines)) {
    const source = looseSource(instruction)
    if (source === undefined) continue
    const cure =
      source.includes('$') && !REMOTE.test(source)
        ? "Use COPY if it is a file, or add '--checksum=…'"
        : "Add '--checksum=…'"
    throw because(
      `line ${instruction.line} of ${JSON.stringify(dockerfile)} adds ${JSON.stringify(source)}, whose content may change at any time. ${cure}, or set skip_if_exists: tag.`,
    )
  }
}
