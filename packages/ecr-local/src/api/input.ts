import { invalidParameter } from '../api-error.ts'

/** The members of a request that satisfies the service model; see {@link REQUESTS}. */
export class Input {
  readonly #members: Record<string, unknown>
  readonly #path: string

  constructor(members: Record<string, unknown>, path = '') {
    this.#members = members
    this.#path = path
  }

  has(name: string): boolean {
    return this.#read(name) !== undefined
  }

  optional(name: string): string | undefined {
    return this.#read(name) as string | undefined
  }

  string(name: string): string {
    return this.optional(name) ?? this.missing(name)
  }

  boolean(name: string): boolean | undefined {
    return this.#read(name) as boolean | undefined
  }

  integer(name: string): number | undefined {
    return this.#read(name) as number | undefined
  }

  strings(name: string): string[] | undefined {
    return this.#read(name) as string[] | undefined
  }

  objects(name: string): Input[] | undefined {
    const items = this.#read(name) as Record<string, unknown>[] | undefined
    return items?.map((item, index) => new Input(item, `${this.#path}${name}.${index}.`))
  }

  object(name: string): Input | undefined {
    const value = this.#read(name) as Record<string, unknown> | undefined
    return value === undefined ? undefined : new Input(value, `${this.#path}${name}.`)
  }

  required(name: string): Input {
    return this.object(name) ?? this.missing(name)
  }

  /** @throws ApiError with ECR's text for a missing member */
  missing(name: string): never {
    throw invalidParameter(`${this.#path}${name}`, 'Member must not be null')
  }

  #read(name: string): unknown {
    return this.#members[name] ?? undefined
  }
}
