/** What an expression may read: contexts by name, and the job status for `success()` and similar functions. */
export interface Scope {
  readonly contexts: Readonly<Record<string, unknown>>
  readonly status: 'success' | 'failure' | 'cancelled'
}

/** Replaces each `${{ … }}` in a default of an action.yml. */
export function interpolate(text: string, scope: Scope): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => toText(evaluate(expression, scope)))
}

/** A condition such as `post-if`, with or without `${{ }}`. */
export function isTrue(condition: string, scope: Scope): boolean {
  const bare = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition)?.[1] ?? condition
  return truthy(evaluate(bare, scope))
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|(\|\||&&|==|!=|[!().[\]]))/y

/**
 * The part of GitHub's expression language that defaults and `post-if` use: literals, context lookups, `!`, `==`, `!=`,
 * `&&`, `||`, parentheses and the status functions. Throws on anything else rather than guessing.
 */
function evaluate(expression: string, scope: Scope): unknown {
  const parser = new Parser(tokens(expression), scope, expression)
  const value = parser.or()
  parser.end()
  return value
}

function tokens(expression: string): string[] {
  const found: string[] = []
  const text = expression.trimEnd()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (match === null) throw new Error(`The test runner cannot read the expression '${expression}'.`)
    found.push(match[0].trim())
  }
  return found
}

class Parser {
  readonly #tokens: string[]
  readonly #scope: Scope
  readonly #expression: string
  #index = 0

  constructor(list: string[], scope: Scope, expression: string) {
    this.#tokens = list
    this.#scope = scope
    this.#expression = expression
  }

  or(): unknown {
    let value = this.#and()
    while (this.#take('||')) {
      const other = this.#and()
      value = truthy(value) ? value : other
    }
    return value
  }

  end(): void {
    if (this.#index < this.#tokens.length) this.#unknown()
  }

  #and(): unknown {
    let value = this.#equality()
    while (this.#take('&&')) {
      const other = this.#equality()
      value = truthy(value) ? other : value
    }
    return value
  }

  #equality(): unknown {
    const left = this.#unary()
    if (this.#take('==')) return same(left, this.#unary())
    if (this.#take('!=')) return !same(left, this.#unary())
    return left
  }

  #unary(): unknown {
    return this.#take('!') ? !truthy(this.#unary()) : this.#primary()
  }

  #primary(): unknown {
    const token = this.#tokens[this.#index++] ?? this.#unknown()
    if (token === '(') {
      const value = this.or()
      this.#expect(')')
      return value
    }
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'")
    if (/^-?\d/.test(token)) return Number(token)
    if (token === 'true' || token === 'false') return token === 'true'
    if (token === 'null') return null
    return this.#take('(') ? this.#status(token) : this.#lookUp(token)
  }

  #status(name: string): boolean {
    this.#expect(')')
    const lower = name.toLowerCase()
    if (lower === 'always') return true
    if (lower === 'success' || lower === 'failure' || lower === 'cancelled') return this.#scope.status === lower
    return this.#unknown()
  }

  #lookUp(name: string): unknown {
    if (!Object.hasOwn(this.#scope.contexts, name)) this.#unknown()
    let value = this.#scope.contexts[name]
    for (;;) {
      if (this.#take('.')) value = property(value, this.#tokens[this.#index++] ?? this.#unknown())
      else if (this.#take('[')) {
        value = property(value, toText(this.or()))
        this.#expect(']')
      } else return value
    }
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#index] !== token) return false
    this.#index++
    return true
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#unknown()
  }

  #unknown(): never {
    throw new Error(`The test runner cannot read the expression '${this.#expression}'.`)
  }
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return null
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  return key === undefined ? null : (value as Record<string, unknown>)[key]
}

function same(left: unknown, right: unknown): boolean {
  return typeof left === 'string' && typeof right === 'string'
    ? left.toLowerCase() === right.toLowerCase()
    : (left ?? null) === (right ?? null)
}

function truthy(value: unknown): boolean {
  return Boolean(value)
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? 'Object' : String(value)
}
