import { existsSync } from 'node:fs'
import { ECRClient } from '@aws-sdk/client-ecr'
import { beforeAll, describe, expect, it } from 'vitest'
import { startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { clientOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { needProgram } from '../support/client-programs.ts'
import { type Answers, CALLS } from './support/ecr-calls.ts'
import { MOTO, startMoto } from './support/moto.ts'
import { DIFFERENCES } from './support/moto-differences.ts'

/** Of every call: status, error name, and the path and type of each value in the answer. */
async function observe(client: ECRClient): Promise<Map<string, readonly string[]>> {
  const answers = new Map<string, Record<string, unknown>>()
  const seen = new Map<string, readonly string[]>()
  for (const [name, send] of Object.entries(CALLS)) {
    try {
      const { $metadata, ...answer } = (await send(client, answers as Answers)) as {
        $metadata: { httpStatusCode: number }
      }
      answers.set(name, answer)
      seen.set(name, [String($metadata.httpStatusCode), ...shape('', answer)])
    } catch (error) {
      const { name: code, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
      seen.set(name, [`${$metadata?.httpStatusCode} ${code}`])
    }
  }
  return seen
}

function shape(path: string, value: unknown): string[] {
  if (Array.isArray(value)) return [...new Set([`${path}: list`, ...value.flatMap((each) => shape(`${path}[]`, each))])]
  if (value instanceof Date) return [`${path}: date`]
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`]
  return Object.entries(value).flatMap(([key, member]) => shape(path === '' ? key : `${path}.${key}`, member))
}

describe("beside moto's server", () => {
  needProgram(MOTO, 'moto.sh')
  let ours = new Map<string, readonly string[]>()
  let motos = new Map<string, readonly string[]>()

  beforeAll(async () => {
    if (!existsSync(MOTO)) return
    await using moto = await startMoto()
    await using ecr = await startEcrLocal()
    ours = await observe(clientOf(ecr))
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' }
    motos = await observe(new ECRClient({ endpoint: moto.endpoint, region: ecr.region, credentials, maxAttempts: 1 }))
  })

  it.each(Object.keys(CALLS))('%s', (name) => {
    const [our, their] = [ours.get(name) ?? [], motos.get(name) ?? []]
    const differences = [
      ...our.filter((line) => !their.includes(line)).map((line) => `ours ${line}`),
      ...their.filter((line) => !our.includes(line)).map((line) => `moto ${line}`),
    ]
    expect(our.length).toBeGreaterThan(0)
    expect(differences.sort()).toEqual([...(DIFFERENCES[name]?.lines ?? [])].sort())
  })

  it('has a call and a reason for every difference', () => {
    const wrong = Object.entries(DIFFERENCES).filter(([name, { why }]) => !(name in CALLS) || why === '')
    expect(wrong).toEqual([])
  })
})
