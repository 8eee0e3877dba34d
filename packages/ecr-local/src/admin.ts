import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from './body.ts'
import type { Ecr } from './ecr.ts'
import { parseFault } from './fault.ts'
import { findImage } from './model/images.ts'
import type { ScanAnswer } from './model/scan.ts'

/** Endpoint to change the server's behavior while it runs; not part of AWS. */
export const ADMIN_PATH = '/_ecr-local'

const BODY_LIMIT = 16 * 1024 * 1024

type Handler = (ecr: Ecr, body: unknown) => unknown

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /calls': (ecr) => ecr.log.calls,
  'DELETE /calls': (ecr) => ecr.log.clear(),
  'GET /faults': (ecr) => ecr.faults.list(),
  'POST /faults': (ecr, body) => {
    for (const fault of [body].flat().map(parseFault)) ecr.faults.add(fault)
    return ecr.faults.list()
  },
  'DELETE /faults': (ecr) => ecr.faults.clear(),
  'POST /tokens/expire': (ecr) => ecr.tokens.expireAll(),
  'POST /sessions/expire': (ecr) => ecr.sessions.expireAll(),
  'GET /registries': listRegistries,
  'POST /scans': (ecr, body) => setScan(ecr, body as Scan),
}

/** Serves one request to the admin endpoint: JSON in, JSON out, 400 with `{"error"}` for an invalid request. */
export async function serveAdmin(ecr: Ecr, request: IncomingMessage, response: ServerResponse) {
  const path = (request.url ?? '').slice(ADMIN_PATH.length).split('?')[0]
  const handle = HANDLERS[`${request.method} ${path}`]
  if (!handle) return send(response, 404, { error: `There is ${Object.keys(HANDLERS).join(', ')}.` })
  try {
    const result = await handle(ecr, await jsonIn(request))
    send(response, 200, result ?? {})
  } catch (error) {
    send(response, 400, { error: error instanceof Error ? error.message : String(error) })
  }
}

async function jsonIn(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, BODY_LIMIT)
  if (!body) throw new Error(`The body has more than ${BODY_LIMIT} bytes.`)
  if (body.length === 0) return undefined
  // A web page in a browser cannot send this type without a preflight request.
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw new Error("The content type must be 'application/json'.")
  }
  return JSON.parse(body.toString())
}

function send(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}

/** Lists where docker finds each registry; opens the ports of new ones. */
function listRegistries(ecr: Ecr) {
  const entries = ecr.registries.all().map(async (registry) => ({
    account: registry.account,
    region: registry.region,
    registry: await ecr.hosts.of(registry),
    repositories: [...registry.repositories.keys()].sort(),
  }))
  return Promise.all(entries)
}

/** Results of an image scan, in the order in which they are requested. */
export interface Scan {
  readonly account?: string
  readonly region?: string
  readonly repositoryName: string
  readonly imageTag?: string
  readonly imageDigest?: string
  readonly answers: readonly ScanAnswer[]
}

/** @throws Error if the image does not exist */
export async function setScan(ecr: Ecr, { account, region, repositoryName, answers, ...id }: Scan): Promise<void> {
  const { settings } = ecr
  const registry = ecr.registries.get(account ?? settings.accountId, region ?? settings.region)
  const repository = registry.repository(repositoryName)
  const image = findImage(registry, repository, id)
  if (!Array.isArray(answers) || answers.length === 0)
    throw new Error("A scan needs 'answers', a list of at least one.")
  repository.images.update(image.digest, { scan: { startedAt: settings.now(), answers: [...answers] } })
  await registry.save(repository)
}
