import { appendFileSync } from 'node:fs'
import type { Environment } from '@container-actions/core'

/** Names the image in the file in which GitHub's runner collects what a job made, where it has one. */
export function listArtifact(image: string, env: Environment): void {
  const file = env['GITHUB_ARTIFACTS']
  if (file) appendFileSync(file, `${image}\n`)
}
