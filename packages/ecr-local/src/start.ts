import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Call, CallLog } from './call-log.ts'
import type { Ecr } from './ecr.ts'
import { Identities } from './identity/identities.ts'
import { Tokens } from './identity/tokens.ts'
import { Registries } from './model/registries.ts'
import { listen } from './server.ts'
import { type EcrLocalOptions, type Settings, settingsFrom } from './settings.ts'
import { Blobs } from './store/blobs.ts'
import { Documents, writeWhole } from './store/documents.ts'
import { Uploads } from './store/uploads.ts'

/** A running server. */
export interface EcrLocal extends AsyncDisposable {
  /** For AWS_ENDPOINT_URL_ECR and AWS_ENDPOINT_URL_STS. */
  readonly endpoint: string
  /** Where docker finds the default account and region: `host:port`. */
  readonly registry: string
  readonly account: string
  readonly region: string
  /** Set these and every AWS SDK and the AWS CLI talk to this server. */
  readonly environment: Record<string, string>
  /** The latest calls, oldest first. */
  readonly calls: readonly Call[]
  /** Every authorization token issued until now is answered as expired. */
  expireTokens(): void
  close(): Promise<void>
}

/** Starts a server; it holds no port, timer or folder after close. */
export async function startEcrLocal(options: EcrLocalOptions = {}): Promise<EcrLocal> {
  const settings = settingsFrom(options)
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ecr-local-')))
  const removeFolder = async () => {
    if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true })
  }
  try {
    return await start(settings, folder, removeFolder)
  } catch (error) {
    await removeFolder()
    throw error
  }
}

async function start(settings: Settings, folder: string, removeFolder: () => Promise<void>): Promise<EcrLocal> {
  await mkdir(folder, { recursive: true })
  // What an earlier run did not finish is of use to nobody.
  await rm(join(folder, 'uploads'), { recursive: true, force: true })
  const documents = new Documents()
  const registries = new Registries(join(folder, 'registries'), documents)
  await registries.load()
  let address = ''
  const ecr: Ecr = {
    settings,
    log: new CallLog(settings.now),
    identities: new Identities(settings),
    tokens: new Tokens(await keyIn(join(folder, 'token.key')), settings.tokenTtlSeconds, settings.now),
    registries,
    blobs: new Blobs(join(folder, 'blobs')),
    uploads: new Uploads(join(folder, 'uploads')),
    hosts: { of: async () => address },
  }
  const home = registries.get(settings.accountId, settings.region)
  const listener = await listen(ecr, () => home, settings.host, settings.port)
  address = `${settings.host}:${listener.port}`
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= listener
      .close()
      .then(() => documents.idle())
      .then(removeFolder)
    return closing
  }
  return {
    endpoint: `http://${address}`,
    registry: address,
    account: settings.accountId,
    region: settings.region,
    environment: environmentOf(settings, `http://${address}`),
    calls: ecr.log.calls,
    expireTokens: () => ecr.tokens.expireAll(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const environmentOf = (settings: Settings, endpoint: string) => ({
  AWS_ENDPOINT_URL_ECR: endpoint,
  AWS_ENDPOINT_URL_STS: endpoint,
  AWS_ACCESS_KEY_ID: settings.accessKeyId,
  AWS_SECRET_ACCESS_KEY: settings.secretAccessKey,
  AWS_REGION: settings.region,
})

/** The key that signs tokens is kept with the data, so that a login outlives a restart. */
async function keyIn(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch {
    const key = randomBytes(32)
    await writeWhole(path, key)
    return key
  }
}
