import { ApiError, invalidParameter } from '../api-error.ts'

/** The members of a request, read with ECR's own words for what is wrong with them. */
export class Input {
  readonly #members: Record<string, unknown>
  readonly #path: string

  constructor(members: Record<string, unknown>, path = '') {
    this.#members = members
    this.#path = path
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined && this.#members[name] !== null
  }

  optional(name: string): string | undefined {
    return this.#read(name, 'string') as string | undefined
  }

  string(name: string): string {
    return this.optional(name) ?? this.missing(name)
  }

  boolean(name: string): boolean | undefined {
    return this.#read(name, 'boolean') as boolean | undefined
  }

  /** @param limits both ends inclusive */
  integer(name: string, limits: { min: number; max: number }): number | undefined {
    const value = this.#read(name, 'number') as number | undefined
    if (value === undefined) return undefined
    if (value < limits.min) throw this.#invalid(name, `Member must have value greater than or equal to ${limits.min}`)
    if (value > limits.max) throw this.#invalid(name, `Member must have value less than or equal to ${limits.max}`)
    return value
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const value = this.optional(name)
    if (value === undefined || values.includes(value as Value)) return value as Value | undefined
    throw this.#invalid(name, `Member must satisfy enum value set: [${values.join(', ')}]`)
  }

  strings(name: string, limits: { min: number; max: number }): string[] | undefined {
    const list = this.#list(name, limits)
    if (list?.some((item) => typeof item !== 'string')) throw serialization()
    return list as string[] | undefined
  }

  objects(name: string, limits: { min: number; max: number }): Input[] | undefined {
    return this.#list(name, limits)?.map((item, index) => new Input(asObject(item), `${this.#path}${name}.${index}.`))
  }

  object(name: string): Input | undefined {
    const value = this.#members[name]
    return value === undefined || value === null ? undefined : new Input(asObject(value), `${this.#path}${name}.`)
  }

  required(name: string): Input {
    return this.object(name) ?? this.missing(name)
  }

  /** @throws ApiError what ECR says when a member is not there */
  missing(name: string): never {
    throw this.#invalid(name, 'Member must not be null')
  }

  #list(name: string, { min, max }: { min: number; max: number }): unknown[] | undefined {
    const value = this.#members[name]
    if (value === undefined || value === null) return undefined
    if (!Array.isArray(value)) throw serialization()
    if (value.length < min) throw this.#invalid(name, `Member must have length greater than or equal to ${min}`)
    if (value.length > max) throw this.#invalid(name, `Member must have length less than or equal to ${max}`)
    return value
  }

  #read(name: string, type: string): unknown {
    const value = this.#members[name]
    if (value === undefined || value === null) return undefined
    if (typeof value !== type) throw serialization()
    return value
  }

  #invalid(name: string, constraint: string) {
    return invalidParameter(`${this.#path}${name}`, constraint)
  }
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw serialization()
  return value as Record<string, unknown>
}

/** AWS's answer to JSON whose types are not those of the operation. */
export const serialization = () => new ApiError('SerializationException', 'The request could not be deserialized.')
