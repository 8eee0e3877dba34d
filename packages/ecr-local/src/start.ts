import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Scan, setScan } from './admin.ts'
import { type Call, CallLog } from './call-log.ts'
import type { Ecr } from './ecr.ts'
import type { Fault } from './fault.ts'
import { Faults } from './faults.ts'
import { Hosts } from './hosts.ts'
import { Identities } from './identity/identities.ts'
import { Sessions } from './identity/sessions.ts'
import { Tokens } from './identity/tokens.ts'
import { Registries } from './model/registries.ts'
import { listen } from './server.ts'
import { accessKeyOf, type EcrLocalOptions, type Settings, settingsFrom } from './settings.ts'
import { Blobs } from './store/blobs.ts'
import { Documents, writeWhole } from './store/documents.ts'
import { Downloads } from './store/downloads.ts'
import { lockFolder } from './store/folder-lock.ts'
import { Journals } from './store/journals.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { Uploads } from './store/uploads.ts'
import { WriteQueue } from './store/write-queue.ts'

/** A running server. */
export interface EcrLocal extends AsyncDisposable {
  /** Value for AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL_ECR_PUBLIC and AWS_ENDPOINT_URL_STS. */
  readonly endpoint: string
  /** Where docker finds the default account and region: `host:port`. */
  readonly registry: string
  readonly account: string
  readonly region: string
  /** Environment variables that direct all AWS SDKs and the AWS CLI to this server. */
  readonly environment: Record<string, string>
  /** The most recent calls, oldest first. */
  readonly calls: readonly Call[]
  /** The same for another account or region; every account has its own key. */
  environmentOf(other: { account?: string; region?: string }): Record<string, string>
  /** Effective from the next call until {@link clearFaults}. */
  addFault(fault: Fault): void
  clearFaults(): void
  /** Expires every authorization token issued so far. */
  expireTokens(): void
  /** The same for the credentials of assumed roles. */
  expireSessions(): void
  /** Sets the results of DescribeImageScanFindings for an image. */
  setScan(scan: Scan): Promise<void>
  close(): Promise<void>
}

/** Starts a server; after close, it leaves no port, timer or folder behind. */
export async function startEcrLocal(options: EcrLocalOptions = {}): Promise<EcrLocal> {
  const settings = settingsFrom(options)
  const temporary = options.dataDir === undefined ? await temporaryFolder('ecr-local-') : undefined
  const writes = new WriteQueue()
  let lock: AsyncDisposable | undefined
  const release = async () => {
    await writes.idle()
    await lock?.[Symbol.asyncDispose]()
    await temporary?.[Symbol.asyncDispose]()
  }
  try {
    const folder = temporary?.path ?? String(options.dataDir)
    await mkdir(folder, { recursive: true })
    if (temporary === undefined) lock = await lockFolder(folder)
    return await running(await start(settings, folder, writes, options.faults ?? []), release)
  } catch (error) {
    await release()
    throw error
  }
}

async function start(settings: Settings, folder: string, writes: WriteQueue, faults: readonly Fault[]): Promise<Ecr> {
  // Unfinished uploads of an earlier run are useless.
  await rm(join(folder, 'uploads'), { recursive: true, force: true })
  const documents = new Documents(writes)
  const registries = new Registries(join(folder, 'registries'), { documents, journals: new Journals(writes) })
  await registries.load()
  const blobs = new Blobs(join(folder, 'blobs'))
  await blobs.sweep(registries.digests())
  const sessions = new Sessions(settings.now)
  const key = await keyIn(join(folder, 'token.key'))
  const { host } = settings
  // Docker uses plain HTTP only for a loopback address, wherever else the server may listen.
  const address = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const hosts = new Hosts(
    address,
    (...where) => listen(ecr, where[0], host, where[1]),
    documents,
    join(folder, 'ports.json'),
  )
  const ecr: Ecr = {
    settings,
    log: new CallLog(settings.now),
    faults: new Faults(faults),
    identities: new Identities(settings, sessions),
    sessions,
    tokens: new Tokens(key, settings.tokenTtlSeconds, settings.now),
    registries,
    blobs,
    uploads: new Uploads(join(folder, 'uploads')),
    downloads: new Downloads(key, settings.now),
    hosts,
  }
  await hosts.open(registries.get(settings.accountId, settings.region), settings.port, registries)
  return ecr
}

async function running(ecr: Ecr, release: () => Promise<void>): Promise<EcrLocal> {
  const { settings } = ecr
  const registry = await ecr.hosts.of(ecr.registries.get(settings.accountId, settings.region))
  const endpoint = `http://${registry}`
  let closing: Promise<void> | undefined
  const close = async () => {
    closing ??= ecr.hosts.close().then(release)
    await closing
  }
  return {
    endpoint,
    registry,
    account: settings.accountId,
    region: settings.region,
    environment: environmentOf(settings, endpoint, {}),
    calls: ecr.log.calls,
    environmentOf: (other) => environmentOf(settings, endpoint, other),
    addFault: (fault) => ecr.faults.add(fault),
    clearFaults: () => ecr.faults.clear(),
    expireTokens: () => ecr.tokens.expireAll(),
    expireSessions: () => ecr.sessions.expireAll(),
    setScan: (scan) => setScan(ecr, scan),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const environmentOf = (settings: Settings, endpoint: string, other: { account?: string; region?: string }) => ({
  AWS_ENDPOINT_URL_ECR: endpoint,
  AWS_ENDPOINT_URL_ECR_PUBLIC: endpoint,
  AWS_ENDPOINT_URL_STS: endpoint,
  AWS_ACCESS_KEY_ID: other.account === undefined ? settings.accessKeyId : accessKeyOf(other.account),
  AWS_SECRET_ACCESS_KEY: settings.secretAccessKey,
  AWS_REGION: other.region ?? settings.region,
})

/** The signing key of tokens is stored with the data, so that a login survives a restart. */
async function keyIn(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch {
    const key = randomBytes(32)
    await writeWhole(path, key)
    return key
  }
}
