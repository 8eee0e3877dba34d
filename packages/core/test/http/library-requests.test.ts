import { createServer, get } from 'node:http'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { afterEach, expect, test, vi } from 'vitest'
import { withRequests } from '../../src/http/library-requests.ts'
import { stubAws } from '../support/aws.ts'
import { badServer, MISBEHAVIOURS } from '../support/bad-server.ts'

afterEach(() => vi.unstubAllEnvs())

const FLOOD = 64 * 1024 * 1024

/** The SDK's reader of a container's credentials endpoint. */
const container = (url: string) => fromHttp({ awsContainerCredentialsFullUri: `${url}/`, timeout: 100, maxRetries: 2 })

test.each(Object.entries(MISBEHAVIOURS))(
  'nothing is left of requests to a server that %s',
  async (_name, misbehave) => {
    stubAws({})
    const server = await badServer(misbehave)
    const { result, end } = withRequests(container(server.url))
    const late = new Promise((_, fail) => setTimeout(fail, 300, new Error('late')))
    await expect(Promise.race([result, late])).rejects.toThrow()
    end()
    await server.deserted()
    expect(server.sent()).toBeLessThan(FLOOD)
  },
)

test('requests of others at the same time are left alone', async () => {
  const server = createServer((_, response) => void response.write('begun')).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  const { port } = server.address() as { port: number }
  const { result, end } = withRequests(async () => 'done')
  const other = get({ port, host: '127.0.0.1' })
  const [answer] = await new Promise<[import('node:http').IncomingMessage]>((begun) =>
    other.once('response', (response) => begun([response])),
  )
  expect(await result).toBe('done')
  end()
  expect([other.destroyed, answer.destroyed]).toEqual([false, false])
  other.destroy()
  server.close()
  server.closeAllConnections()
})
