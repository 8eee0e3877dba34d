import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { EcrLocal } from '../../packages/ecr-local/src/index.ts'
import { authorizationOf } from '../../packages/stand-ins/src/ecr-client.ts'

const run = promisify(execFile)

/**
 * Pulls an image by digest into the engine, which the job has left unchanged, with a login that is independent of the
 * job, and removes it again. Throws if the registry has another image, or none.
 */
export async function pullBack(image: string, ecr: EcrLocal, env: Readonly<Record<string, string>>): Promise<void> {
  const config = await mkdtemp(join(tmpdir(), 'demo-docker-'))
  const docker = (...args: string[]) => run('docker', args, { env: { ...process.env, ...env, DOCKER_CONFIG: config } })
  try {
    const auths = { [ecr.registry]: { auth: await authorizationOf(ecr) } }
    await writeFile(join(config, 'config.json'), JSON.stringify({ auths }))
    await docker('pull', '--quiet', image)
    await docker('image', 'rm', image)
  } finally {
    await rm(config, { recursive: true, force: true })
  }
}
