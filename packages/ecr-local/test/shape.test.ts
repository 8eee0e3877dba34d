import { expect, test } from 'vitest'
import { REQUESTS } from '../src/api/requests.ts'
import { demandShape, list, type Shape, structure, text } from '../src/api/shape.ts'
import { PUBLIC_REQUESTS } from '../src/public/requests.ts'

/** Texts that fit the patterns of the model; the first that fits is taken. */
const SAMPLES = [
  ...['x', 'xx', '123456789012', 'sha256:0', '00000000-0000-0000-0000-000000000000', '*'],
  ...['x'.repeat(100), ''],
]

function fits(shape: Shape, value: unknown): boolean {
  try {
    demandShape(shape, value)
    return true
  } catch {
    return false
  }
}

/** A value that a shape takes, with every member. */
function sample(shape: Shape): unknown {
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(Object.entries(shape.members).map(([name, member]) => [name, sample(member)]))
    case 'list':
      return Array.from({ length: Math.max(1, shape.min ?? 1) }, () => sample(shape.member))
    case 'integer':
      return shape.min ?? 1
    case 'boolean':
      return true
    default:
      return [...(shape.enum ?? []), ...SAMPLES].find((value) => fits(shape, value))
  }
}

type Broken = readonly [what: string, value: unknown, member: string, error: string]

const REFUSED = 'InvalidParameterException'
const UNREADABLE = 'SerializationException'

/** Every way in which a value breaks a constraint of its shape, each once. */
function* broken(shape: Shape, path: string): Generator<Broken> {
  switch (shape.type) {
    case 'structure':
      yield ['text in place of a structure', 'x', path, UNREADABLE]
      for (const [name, member] of Object.entries(shape.members)) {
        const good = sample(shape) as Record<string, unknown>
        const place = path === '' ? name : `${path}.${name}`
        if (shape.required.includes(name)) {
          const { [name]: _, ...others } = good
          yield [`without ${name}`, others, place, REFUSED]
        }
        for (const [what, value, at, error] of broken(member, place)) {
          yield [`${name}: ${what}`, { ...good, [name]: value }, at, error]
        }
      }
      return
    case 'list': {
      yield ['text in place of a list', 'x', path, UNREADABLE]
      const items = (length: number) => Array.from({ length }, () => sample(shape.member))
      if (shape.min) yield [`fewer than ${shape.min}`, items(shape.min - 1), path, REFUSED]
      if (shape.max !== undefined) yield [`more than ${shape.max}`, items(shape.max + 1), path, REFUSED]
      const inner = shape.member.type === 'string' ? path : `${path}.0`
      for (const [what, value, at, error] of broken(shape.member, inner)) yield [what, [value], at, error]
      return
    }
    case 'integer':
      yield ['text in place of a number', '1', path, UNREADABLE]
      yield ['a fraction', 1.5, path, UNREADABLE]
      if (shape.min !== undefined) yield [`below ${shape.min}`, shape.min - 1, path, REFUSED]
      if (shape.max !== undefined) yield [`above ${shape.max}`, shape.max + 1, path, REFUSED]
      return
    case 'boolean':
      yield ['text in place of a truth value', 'true', path, UNREADABLE]
      return
    default: {
      yield ['a number in place of text', 1, path, UNREADABLE]
      const ofLength = (length: number) =>
        shape.type === 'blob' ? Buffer.alloc(length).toString('base64') : 'x'.repeat(length)
      if (shape.min) yield [`shorter than ${shape.min}`, ofLength(shape.min - 1), path, REFUSED]
      if (shape.max !== undefined) yield [`longer than ${shape.max}`, ofLength(shape.max + 1), path, REFUSED]
      if (shape.enum) yield ['a value that is none', 'NEVER', path, REFUSED]
      if (shape.pattern !== undefined)
        yield ['text of another pattern', '/ÄÖ/'.padEnd(shape.min ?? 0, '/'), path, REFUSED]
    }
  }
}

test.each([...Object.entries(REQUESTS), ...Object.entries(PUBLIC_REQUESTS)])(
  '%s: each constraint of each member is demanded',
  (_, request) => {
    demandShape(request, sample(request))
    const wrong = [...broken(request, '')]
    expect(wrong.length).toBeGreaterThan(0)
    for (const [what, value, member, name] of wrong) {
      const message =
        name === REFUSED ? expect.stringContaining(`Invalid parameter at '${member}' failed`) : expect.anything()
      expect(() => demandShape(request, value), what).toThrow(expect.objectContaining({ name, message }))
    }
  },
)

test('what the model does not know counts for nothing, and null for a member that is not there', () => {
  const shape = structure({ name: text({ max: 1 }) }, { other: text() })
  demandShape(shape, { name: 'x', other: null, more: 5 })
  expect(() => demandShape(shape, { name: null })).toThrow(
    "Invalid parameter at 'name' failed to satisfy constraint: 'Member must not be null'",
  )
})

test('of a list of texts the list is named', () => {
  expect(() => demandShape(structure({ ids: list(text({ pattern: '[0-9]{2}' })) }), { ids: ['12', 'x'] })).toThrow(
    "Invalid parameter at 'ids' failed to satisfy constraint: 'Member must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]{2}]'",
  )
})
