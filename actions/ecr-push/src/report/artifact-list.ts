import { appendFileSync } from 'node:fs'
import type { Environment } from '@container-actions/core'

/** Appends the image to the file in $GITHUB_ARTIFACTS, if the runner sets it. */
export function listArtifact(image: string, env: Environment): void {
  const file = env['GITHUB_ARTIFACTS']
  if (file) appendFileSync(file, `${image}\n`)
}
