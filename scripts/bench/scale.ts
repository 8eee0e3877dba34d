/**
 * Whether ecr-local stays as fast when a repository has many images: `npm run bench -- scale [--images 100000] [--write]`.
 * The same calls go to a repository of 100 images and to one of that many, in turns.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BatchGetImageCommand, type ECRClient, ListImagesCommand, PutImageCommand } from '@aws-sdk/client-ecr'
import { memoryOf, startProcess } from '../../packages/ecr-local/src/child-process.ts'
import { authorizationOf, clientOf, createRepository } from '../../packages/stand-ins/src/ecr-client.ts'
import { median, report, time } from '../bench-table.ts'

/** Times the call with 100 images. */
const BUDGET = 2

const FEW = 100
const ROUNDS = 60
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

const sha256 = (content: string | Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`

/** Manifests of one layer, which differ in an annotation. */
const manifestOf = (name: string, config: string) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256(config), size: config.length }],
    annotations: { name },
  })

/** Pushes so many images, several at a time. */
async function fill(client: ECRClient, repositoryName: string, config: string, count: number): Promise<void> {
  let next = 0
  const push = async () => {
    while (next < count) {
      const name = `t${next++}`
      const imageManifest = manifestOf(name, config)
      await client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: name }))
    }
  }
  await Promise.all(Array.from({ length: 16 }, push))
}

/** The token of the last page, which is read by going through all of them. */
async function lastPage(client: ECRClient, repositoryName: string): Promise<string | undefined> {
  for (let nextToken: string | undefined, before: string | undefined; ; before = nextToken) {
    const page = await client.send(new ListImagesCommand({ repositoryName, nextToken, maxResults: 100 }))
    if (page.nextToken === undefined) return before
    nextToken = page.nextToken
  }
}

/** Medians in ms of each call with few images and with many. */
async function calls(client: ECRClient, config: string): Promise<[string, number, number][]> {
  const names = ['few', 'many'] as const
  const tokens = { few: await lastPage(client, 'few'), many: await lastPage(client, 'many') }
  let pushes = 0
  const works: Record<string, (name: 'few' | 'many') => Promise<unknown>> = {
    PutImage: (repositoryName) => {
      const imageTag = `p${++pushes}`
      return client.send(new PutImageCommand({ repositoryName, imageManifest: manifestOf(imageTag, config), imageTag }))
    },
    BatchGetImage: (repositoryName) =>
      client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 't7' }] })),
    'ListImages, first page': (repositoryName) =>
      client.send(new ListImagesCommand({ repositoryName, maxResults: 100 })),
    'ListImages, last page': (repositoryName) =>
      client.send(new ListImagesCommand({ repositoryName, maxResults: 100, nextToken: tokens[repositoryName] })),
  }
  const found: [string, number, number][] = []
  for (const [call, work] of Object.entries(works)) {
    const times: Record<'few' | 'many', number[]> = { few: [], many: [] }
    for (let round = 0; round < ROUNDS; round++)
      for (const name of names) times[name].push(await time(() => work(name)))
    found.push([call, median(times.few), median(times.many)])
  }
  return found
}

export async function bench(args: string[]): Promise<boolean> {
  const options = { images: { type: 'string', default: '100000' }, write: { type: 'boolean', default: false } } as const
  const { values } = parseArgs({ args, options })
  const folder = mkdtempSync(join(tmpdir(), 'bench-scale-'))
  const { started, child, stop } = await startProcess(['--data', join(folder, 'data')])
  try {
    const client = clientOf(started)
    const config = '{"architecture":"amd64","os":"linux"}'
    for (const name of ['few', 'many']) await createRepository(started, name)
    const headers = { authorization: `Basic ${await authorizationOf(started)}` }
    for (const name of ['few', 'many']) {
      const url = `http://${started.registry}`
      const begun = await fetch(`${url}/v2/${name}/blobs/uploads/`, { method: 'POST', headers })
      const target = `${new URL(begun.headers.get('location') ?? '', url)}?digest=${sha256(config)}`
      await fetch(target, { method: 'PUT', headers, body: config })
    }
    await fill(client, 'few', config, FEW)
    await fill(client, 'many', config, Number(values.images))
    const before = await memoryOf(child)
    const images = await calls(client, config)
    const after = await memoryOf(child)
    const ms = (value: number) => `${value.toFixed(1)} ms`
    const rows = images.map(([title, few, many]) => [title, ms(few), ms(many), (many / few).toFixed(2), `${BUDGET}`])
    const heads = ['Call', `${FEW} images`, `${values.images} images`, 'Ratio', 'Budget']
    report('scale', { heads, rows }, values.write)
    console.log(
      `Memory of ecr-local: ${before.now.toFixed(0)} MB with the images, at most ${after.peak.toFixed(0)} MB.`,
    )
    return images.every(([, few, many]) => many / few <= BUDGET)
  } finally {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
