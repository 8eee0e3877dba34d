import { builderOf, type Runner, type Toolset } from '@container-actions/core'
import type { BuilderChoice } from './choose-builder.ts'

/** The Docker toolset in one log line. */
export function toolsetLine(toolset: Toolset): string {
  const { client, engine, buildx, selected } = toolset
  const parts = [
    `client ${client}`,
    engine.kind === 'engine' ? `engine ${engine.version} with the ${engine.store} image store` : 'no engine',
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

/** Logs the Docker toolset, and the features that are left out because of it. */
export function logToolset(
  toolset: Toolset,
  { notices }: BuilderChoice,
  runner: Pick<Runner, 'info' | 'notice'>,
): void {
  runner.info(toolsetLine(toolset))
  for (const line of notices) runner.notice(line)
}
