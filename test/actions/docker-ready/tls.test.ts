import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NoEngine } from '../../../packages/docker-engine/src/binaries.ts'
import { type CustomEngine, freePort, launchCustom } from '../../../packages/docker-engine/src/custom.ts'
import { needEngine } from '../../../packages/docker-engine/src/needed.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { type Authority, createAuthority } from '../../support/certificates.ts'

const GIVEN_UP = 'waiting does not cure this'

let root: string
let authority: Authority
let other: Authority
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tls-'))
  for (const name of ['a', 'b']) mkdirSync(join(root, name))
  authority = createAuthority(join(root, 'a'), 'authority of the daemon')
  other = createAuthority(join(root, 'b'), 'another authority')
})
afterAll(() => rmSync(root, { recursive: true }))

/** A folder for DOCKER_CERT_PATH. */
function certificates(name: string, ca: string, client?: { readonly cert: string; readonly key: string }): string {
  const folder = join(root, name)
  mkdirSync(folder)
  copyFileSync(ca, join(folder, 'ca.pem'))
  if (client !== undefined) {
    copyFileSync(client.cert, join(folder, 'cert.pem'))
    copyFileSync(client.key, join(folder, 'key.pem'))
  }
  return folder
}

const withTls = (folder: string) => ({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder })

async function stepWith(env: Record<string, string>, timeout = '60s') {
  await using job = await createJob()
  const step = await job.run('docker-ready', { env, with: { timeout } })
  const error = step.annotations.find(({ level }) => level === 'error')?.message ?? ''
  const outputs: Readonly<Record<string, string>> = step.outputs
  return { ...outputs, cause: outputs['cause'], error, log: step.log }
}

describe('docker-ready on a real daemon with TLS', () => {
  needEngine()
  let daemon: CustomEngine | undefined
  let plain: CustomEngine | undefined
  let host: string
  let plainHost: string
  let good: string

  beforeAll(async () => {
    const server = authority.issue('server', 'DNS:docker,IP:127.0.0.1')
    good = certificates('good', authority.ca, authority.issue('client'))
    const [port, plainPort] = [await freePort(), await freePort()]
    host = `tcp://127.0.0.1:${port}`
    plainHost = `tcp://127.0.0.1:${plainPort}`
    const files = [`--tlscacert=${authority.ca}`, `--tlscert=${server.cert}`, `--tlskey=${server.key}`]
    try {
      daemon = launchCustom({ args: [`--host=tcp://0.0.0.0:${port}`, '--tlsverify', ...files] })
      plain = launchCustom({ args: [`--host=${plainHost}`, '--tls=false'] })
    } catch (error) {
      // The tests say why they are skipped.
      if (!(error instanceof NoEngine)) throw error
    }
  })
  afterAll(async () => {
    await Promise.all([daemon?.stop(), plain?.stop()])
  })

  it('finds it ready, certificates verified both ways', async () => {
    const step = await stepWith({ DOCKER_HOST: host, ...withTls(good) })
    expect(step, step.log).toMatchObject({
      ready: 'true',
      endpoint: host,
      endpoint_source: 'DOCKER_HOST',
      engine: 'docker',
    })
    expect(step.log).toContain(`with TLS from ${good}`)
  })

  it('finds one on a plain port ready', async () => {
    const step = await stepWith({ DOCKER_HOST: plainHost })
    expect(step, step.log).toMatchObject({ ready: 'true', endpoint: plainHost })
  })

  it('waits for certificates that are written while it waits, the CA first and the rest later', async () => {
    const folder = join(root, 'late')
    const step = stepWith({ DOCKER_HOST: host, ...withTls(folder) })
    await new Promise((later) => setTimeout(later, 600))
    mkdirSync(folder)
    writeFileSync(join(folder, 'ca.pem'), '')
    await new Promise((later) => setTimeout(later, 600))
    copyFileSync(join(good, 'ca.pem'), join(folder, 'ca.pem'))
    await new Promise((later) => setTimeout(later, 1_500))
    for (const file of ['cert.pem', 'key.pem']) copyFileSync(join(good, file), join(folder, file))
    const result = await step
    expect(result, result.log).toMatchObject({ ready: 'true' })
  })

  it('and plain HTTP', async () => {
    const { cause, error } = await stepWith({ DOCKER_HOST: host })
    expect(cause).toBe('tls_expected')
    expect(error).toContain(GIVEN_UP)
    expect(error).toContain('Set DOCKER_TLS_VERIFY=1')
  })

  it('speaks TLS to a plain port', async () => {
    const { cause, error } = await stepWith({ DOCKER_HOST: plainHost, ...withTls(good) })
    expect(cause).toBe('tls_not_spoken')
    expect(error).toContain(GIVEN_UP)
  })

  it('with the certificate of another CA', async () => {
    const folder = certificates('other-ca', other.ca, authority.issue('client-2'))
    const { cause, error } = await stepWith({ DOCKER_HOST: host, ...withTls(folder) })
    expect(cause).toBe('tls_unknown_ca')
    expect(error).toContain(GIVEN_UP)
  })

  it('with a certificate for other names', async () => {
    const { cause, error } = await stepWith({ DOCKER_HOST: host.replace('127.0.0.1', '127.0.0.2'), ...withTls(good) })
    expect(cause).toBe('tls_name_mismatch')
    expect(error).toMatch(/for other names: .*DNS:docker, IP Address:127\.0\.0\.1/)
  })

  it('without a client certificate', async () => {
    const folder = certificates('no-client', authority.ca)
    const { cause, error } = await stepWith({ DOCKER_HOST: host, ...withTls(folder) }, '2s')
    expect(cause).toBe('tls_client_certificate_missing')
    expect(error).toContain('the time is up')
  })

  it('with the client certificate of another CA', async () => {
    const folder = certificates('foreign-client', authority.ca, other.issue('client'))
    const { cause, error } = await stepWith({ DOCKER_HOST: host, ...withTls(folder) })
    expect(cause).toBe('tls_client_certificate_rejected')
    expect(error).toContain(GIVEN_UP)
  })

  it('without any certificates here', async () => {
    const { cause, error } = await stepWith({ DOCKER_HOST: host, ...withTls(join(root, 'none')) }, '1s')
    expect(cause).toBe('tls_files_missing')
    expect(error).toContain(join(root, 'none', 'ca.pem'))
  })

  it('with a file that is no certificate', async () => {
    const folder = certificates('garbage', authority.ca)
    writeFileSync(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n')
    const { cause } = await stepWith({ DOCKER_HOST: host, ...withTls(folder) }, '1s')
    expect(cause).toBe('tls_files_invalid')
  })
})

describe('docker-ready on a server whose certificate is out of date', () => {
  let server: Server
  beforeAll(async () => {
    const { cert, key } = authority.issue('expired', 'IP:127.0.0.1', -1)
    server = createServer({ cert: readFileSync(cert), key: readFileSync(key) })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  })
  afterAll(() => new Promise((closed) => server.close(closed)))

  it('says so', async () => {
    const folder = certificates('for-expired', authority.ca)
    const port = (server.address() as AddressInfo).port
    const { cause, error } = await stepWith({ DOCKER_HOST: `tcp://127.0.0.1:${port}`, ...withTls(folder) })
    expect(cause).toBe('tls_certificate_expired')
    expect(error).toContain(GIVEN_UP)
  })
})
