import { builderOf, type Runner, type Toolset } from '@container-actions/core'
import type { BuilderChoice } from './choose-builder.ts'

/** What was found of Docker, in one line of the log. */
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

/** Tells what was found of Docker, and what is left out for it. */
export function logToolset(
  toolset: Toolset,
  { notices }: BuilderChoice,
  runner: Pick<Runner, 'info' | 'notice'>,
): void {
  runner.info(toolsetLine(toolset))
  for (const line of notices) runner.notice(line)
}
