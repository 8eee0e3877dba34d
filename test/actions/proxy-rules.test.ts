import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROXY_TABLE, type Way } from '../../packages/core/test/support/proxy-table.ts'
import { runProgram, succeed } from '../support/client-programs.ts'
import { type Proxy as RealProxy, startProxy } from '../support/proxy.ts'

/** Go as it is installed here, by the system or by hand. */
const GO = ['/usr/local/go/bin/go', '/usr/bin/go'].find((file) => existsSync(file))

describe.skipIf(GO === undefined)('the table of proxies, by Go itself', () => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'proxy-rules-'))
    const source = join(import.meta.dirname, '../fixtures/proxy-from-environment.go')
    await succeed(GO ?? '', ['build', '-o', join(folder, 'way'), source])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('says the same in every row', async () => {
    const ways = []
    for (const { env, url } of PROXY_TABLE) {
      const { stdout } = await runProgram('/usr/bin/env', ['-i', ...assignments(env), join(folder, 'way'), url])
      ways.push([env, url, stdout])
    }
    expect(ways).toEqual(PROXY_TABLE.map(({ env, url, way }) => [env, url, way]))
  })
})

const assignments = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`)

/** Details of NO_PROXY have changed from version to version. */
const isCurl788 = await runProgram('/usr/bin/env', ['curl', '--version']).then(({ stdout }) =>
  stdout.startsWith('curl 7.88.'),
)

describe.skipIf(!isCurl788)('the table of proxies, by curl', () => {
  /** Where curl goes: to a proxy that refuses everything, or else nowhere. */
  const wayOf = async (
    given: Readonly<Record<string, string | undefined>>,
    url: string,
    proxy: RealProxy,
  ): Promise<Way> => {
    const before = proxy.requests.length
    // Only the variable in lower case counts for curl; that is a row of its own.
    const env = given['NO_PROXY'] === undefined ? given : { ...given, http_proxy: given['HTTP_PROXY'] }
    const variables = assignments(env).map((each) => each.replace(/(?:http:\/\/)?proxy\.test:3128/g, proxy.url))
    const nowhere = ['--connect-to', '::127.0.0.1:1']
    await runProgram('/usr/bin/env', ['-i', ...variables, '/usr/bin/curl', '--silent', ...nowhere, url])
    return proxy.requests.length > before ? 'proxied' : 'direct'
  }

  it('names the rows that differ', async () => {
    await using proxy = await startProxy()
    const ways = []
    for (const { env, url } of PROXY_TABLE) ways.push([env, url, await wayOf(env, url, proxy)])
    expect(ways).toEqual(PROXY_TABLE.map(({ env, url, way, curl = way }) => [env, url, curl]))
  })
})
