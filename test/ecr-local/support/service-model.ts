import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Shape } from '../../../packages/ecr-local/src/api/shape.ts'
import { MOTO } from './moto.ts'

/** A value of a service as botocore describes it. */
interface ModelShape {
  readonly type: string
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly required?: readonly string[]
  readonly members?: Readonly<Record<string, { readonly shape: string }>>
  readonly member?: { readonly shape: string }
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>
  readonly shapes: Readonly<Record<string, ModelShape>>
}

/** The requests of an AWS service, by operation, out of the botocore that moto's server brings with it. */
export function requestsOfModel(service: string): ReadonlyMap<string, Shape> {
  const site = join(dirname(MOTO), '../lib/python*/site-packages/botocore/data', service, '*/service-2.json.gz')
  const [file] = existsSync(MOTO) ? globSync(site).sort().reverse() : []
  if (file === undefined) return new Map()
  const { operations, shapes } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Model
  const empty: Shape = { type: 'structure', required: [], members: {} }
  return new Map(
    Object.entries(operations).map(([name, { input }]) => [name, input ? shapeOf(shapes, input.shape) : empty]),
  )
}

function shapeOf(shapes: Model['shapes'], name: string): Shape {
  const found = shapes[name]
  if (!found) throw new Error(`The model has no shape ${name}.`)
  const { type, min, max, pattern, enum: values, required = [], members = {}, member } = found
  const limits = Object.fromEntries(
    Object.entries({ min, max, pattern, enum: values }).filter(([, limit]) => limit !== undefined),
  )
  switch (type) {
    case 'structure': {
      const inner = Object.entries(members).map(([key, each]) => [key, shapeOf(shapes, each.shape)])
      return { type, required: [...required].sort(), members: Object.fromEntries(inner) }
    }
    case 'list':
      return { type, ...limits, member: shapeOf(shapes, String(member?.shape)) }
    case 'integer':
    case 'long':
      return { type: 'integer', ...limits }
    case 'string':
    case 'blob':
      return { type, ...limits }
    case 'boolean':
      return { type }
    default:
      throw new Error(`The model's shape ${name} is of the type ${type}, which is unknown here.`)
  }
}

/** A shape of the server in the form of the model's: without words of ours, in an order. */
export function comparable(shape: Shape): Shape {
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members).map(([name, member]) => [name, comparable(member)])
      return { type: 'structure', required: [...shape.required].sort(), members: Object.fromEntries(members) }
    }
    case 'list':
      return { ...shape, member: comparable(shape.member) }
    case 'string':
    case 'blob': {
      const { words: _, ...limits } = shape
      return limits
    }
    default:
      return shape
  }
}
