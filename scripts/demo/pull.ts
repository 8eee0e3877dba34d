import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import type { EcrLocal } from '../../packages/ecr-local/src/index.ts'

const run = promisify(execFile)

async function authorizationToken(ecr: EcrLocal): Promise<string> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = ecr.environment
  const client = new ECRClient({
    endpoint: ecr.endpoint,
    region: ecr.region,
    credentials: { accessKeyId, secretAccessKey },
  })
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
  return authorizationData?.[0]?.authorizationToken ?? ''
}

/**
 * Removes what the job built from the engine, pulls it by digest with a login that the job knows nothing of, and removes
 * it again. Throws where the registry has another image, or none.
 */
export async function pullBack(
  pushed: { readonly byTag: string; readonly byDigest: string },
  ecr: EcrLocal,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const config = await mkdtemp(join(tmpdir(), 'demo-docker-'))
  const docker = (...args: string[]) => run('docker', args, { env: { ...process.env, ...env, DOCKER_CONFIG: config } })
  try {
    const auths = { [ecr.registry]: { auth: await authorizationToken(ecr) } }
    await writeFile(join(config, 'config.json'), JSON.stringify({ auths }))
    await docker('image', 'rm', pushed.byTag)
    await docker('pull', '--quiet', pushed.byDigest)
    await docker('image', 'rm', pushed.byDigest)
  } finally {
    await rm(config, { recursive: true, force: true })
  }
}
