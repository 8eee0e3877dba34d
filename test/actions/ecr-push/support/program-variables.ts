import { readFileSync } from 'node:fs'

/** What has such a name in a program and is no setting of a build. */
export const NO_SETTINGS: readonly string[] = [
  // Arguments of a build, which the step hands on.
  ...['BUILDKIT_BUILD_NAME', 'BUILDKIT_CACHE_MOUNT_NS', 'BUILDKIT_CONTEXT_KEEP_GIT_DIR', 'BUILDKIT_DOCKERFILE_CHECK'],
  ...['BUILDKIT_INLINE_BUILDINFO_ATTRS', 'BUILDKIT_INLINE_CACHE', 'BUILDKIT_MULTI_PLATFORM', 'BUILDKIT_SYNTAX'],
  // Of commands that the step does not run.
  ...['BUILDX_BAKE_ENTITLEMENTS_FS', 'BUILDX_BAKE_FILE', 'BUILDX_BAKE_GIT_AUTH_HEADER', 'BUILDX_BAKE_GIT_AUTH_TOKEN'],
  ...['BUILDX_BAKE_GIT_SSH', 'BUILDX_BAKE_PATH_SEPARATOR', 'COMPOSE_PROJECT_NAME', 'DOCKER_CLI_DISABLE_OAUTH_LOGIN'],
  ...['DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION', 'DOCKER_COMPLETION_SHOW_CONTAINER_IDS'],
  ...['DOCKER_COMPLETION_SHOW_NODE_IDS', 'DOCKER_COMPLETION_SHOW_SERVICE_IDS'],
  ...['DOCKER_ORCHESTRATOR', 'DOCKER_STACK_ORCHESTRATOR'],
  // Between docker and a plugin that it has started.
  ...['DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND', 'DOCKER_CLI_PLUGIN_SOCKET', 'DOCKER_CLI_PLUGIN_USE_DIAL_STDIO'],
]

/** How the variables begin that Docker's programs have of their own. */
const OWN = /(?:DOCKER|BUILDX|BUILDKIT|COMPOSE|MOBY|EXPERIMENTAL_BUILDKIT)_/g

/** A compiler takes short constants apart into words of 8 bytes, between instructions that may look like letters. */
const WORD = 8

/**
 * What looks like the name of such a variable in a program and is none of the known ones. Go's linker writes constants one
 * after the other without an end, so that a name is known where a known one begins there and no `_` follows it.
 */
export function unknownVariables(program: string, known: readonly string[]): string[] {
  const longest = known.toSorted((one, other) => other.length - one.length)
  const isKnown = (text: string) => {
    const name = longest.find((each) => text.startsWith(each))
    return name !== undefined && text.charAt(name.length) !== '_'
  }
  const isWord = (text: string) =>
    text.length < WORD * 1.5 && known.some((name) => name.startsWith(text.slice(0, WORD)))
  const texts = readFileSync(program, 'latin1').match(/[A-Z0-9_]{8,}/g) ?? []
  const names = texts.flatMap((text) => [...text.matchAll(OWN)].map(({ index }) => text.slice(index)))
  return [...new Set(names)].filter((name) => !isKnown(name) && !isWord(name)).sort()
}
