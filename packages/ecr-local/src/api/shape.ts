import { ApiError, invalidParameter } from '../api-error.ts'

/** The service model's rules for a value in a request. */
export type Shape = Scalar | List | Structure | { readonly type: 'boolean' }

type Scalar = Text | Whole

/** Text; a blob is Base64 text, and its limits count bytes. */
interface Text {
  readonly type: 'string' | 'blob'
  readonly min?: number
  readonly max?: number
  /** Pattern for the whole text. */
  readonly pattern?: string
  readonly enum?: readonly string[]
  /** ECR's text for a mismatch, if it differs from the default. */
  readonly words?: string
}

interface Whole {
  readonly type: 'integer'
  readonly min?: number
  readonly max?: number
}

interface List {
  readonly type: 'list'
  readonly min?: number
  readonly max?: number
  readonly member: Shape
}

export interface Structure {
  readonly type: 'structure'
  readonly required: readonly string[]
  readonly members: Readonly<Record<string, Shape>>
}

type Members = Readonly<Record<string, Shape>>
type Limits<Kind extends Shape> = Omit<Kind, 'type' | 'member'>

export const text = (limits: Limits<Text> = {}): Text => ({ type: 'string', ...limits })
export const blob = (limits: Limits<Text> = {}): Text => ({ type: 'blob', ...limits })
export const whole = (limits: Limits<Whole> = {}): Whole => ({ type: 'integer', ...limits })
export const list = (member: Shape, limits: Limits<List> = {}): List => ({ type: 'list', member, ...limits })
export const flag = { type: 'boolean' } as const
export const structure = (required: Members, optional: Members = {}): Structure => ({
  type: 'structure',
  required: Object.keys(required),
  members: { ...required, ...optional },
})

/**
 * Unknown members are ignored, as in AWS.
 *
 * @param path of the value in the request; empty for the request itself
 * @throws ApiError with the service's text
 */
export function demandShape(shape: Shape, value: unknown, path = ''): void {
  switch (shape.type) {
    case 'structure':
      demandMembers(shape, value, path)
      break
    case 'list':
      demandItems(shape, value, path)
      break
    case 'boolean':
      if (typeof value !== 'boolean') throw serialization()
      break
    default: {
      const problem = problemOf(shape, value)
      if (problem !== undefined) throw invalidParameter(path, problem)
    }
  }
}

function demandMembers({ members, required }: Structure, value: unknown, path: string) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw serialization()
  const given = value as Record<string, unknown>
  for (const [name, shape] of Object.entries(members)) {
    const place = path === '' ? name : `${path}.${name}`
    const member = given[name] ?? undefined
    if (member !== undefined) demandShape(shape, member, place)
    else if (required.includes(name)) throw invalidParameter(place, 'Member must not be null')
  }
}

function demandItems({ member, ...limits }: List, value: unknown, path: string) {
  if (!Array.isArray(value)) throw serialization()
  const problem = lengthProblem(value.length, limits)
  if (problem !== undefined) throw invalidParameter(path, problem)
  for (const [index, item] of value.entries()) {
    if (member.type !== 'string') demandShape(member, item, `${path}.${index}`)
    else {
      const inner = problemOf(member, item)
      if (inner !== undefined) throw invalidParameter(path, `Member must satisfy constraint: [${inner}]`)
    }
  }
}

function problemOf(shape: Scalar, value: unknown): string | undefined {
  if (shape.type === 'integer') {
    if (!Number.isInteger(value)) throw serialization()
    return rangeProblem(Number(value), shape)
  }
  if (typeof value !== 'string') throw serialization()
  const length = shape.type === 'blob' ? Buffer.byteLength(value, 'base64') : value.length
  const problem = lengthProblem(length, shape)
  if (problem !== undefined) return problem
  if (shape.enum && !shape.enum.includes(value)) return `Member must satisfy enum value set: [${shape.enum.join(', ')}]`
  if (shape.pattern === undefined || new RegExp(`^(?:${shape.pattern})$`).test(value)) return undefined
  return shape.words ?? `Member must satisfy regular expression pattern: ${shape.pattern}`
}

interface Range {
  readonly min?: number
  readonly max?: number
}

const lengthProblem = (length: number, range: Range) => limitProblem(length, range, 'have length')
const rangeProblem = (value: number, range: Range) => limitProblem(value, range, 'have value')

function limitProblem(value: number, { min = 0, max = Number.POSITIVE_INFINITY }: Range, what: string) {
  if (value < min) return `Member must ${what} greater than or equal to ${min}`
  return value > max ? `Member must ${what} less than or equal to ${max}` : undefined
}

/** AWS's response to JSON values of the wrong type. */
export const serialization = () => new ApiError('SerializationException', 'The request could not be deserialized.')
