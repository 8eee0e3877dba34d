import { afterAll } from 'vitest'
import { type EcrLocalOptions, startEcrLocal } from '../../src/index.ts'
import { ecrClient } from './clients.ts'
import { registryClient } from './registry-client.ts'

/** A server for all tests of the file that awaits it, with a client of its API and one of its registry. */
export async function useServer(options: EcrLocalOptions = {}) {
  const server = await startEcrLocal(options)
  afterAll(() => server.close())
  const ecr = ecrClient(server)
  return { server, ecr, registry: await registryClient(ecr) }
}
