import { builderOf, type Toolset } from '@container-actions/core'

/** What was found of Docker, in one line of the log. */
export function toolsetLine(toolset: Toolset): string {
  const { client, engine, buildx, selected } = toolset
  const parts = [
    `client ${client}`,
    'version' in engine ? `engine ${engine.version} with the ${engine.store} image store` : 'no engine',
    buildx === undefined ? `no buildx, so that the ${builderOf(toolset)} builder builds` : `buildx ${buildx}`,
  ]
  if (selected !== undefined) {
    const { name, driver, buildkit, platforms } = selected
    parts.push(
      `builder '${name}' (${[driver, buildkit && `BuildKit ${buildkit}`, ...platforms].filter(Boolean).join(', ')})`,
    )
  }
  return `Docker: ${parts.join('; ')}`
}
