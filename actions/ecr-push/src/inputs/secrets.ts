import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, type InputReader, type Job, parseQuotedText, type QuotedValue } from '@container-actions/core'
import { csvField } from './csv-field.ts'

/** A secret that only `RUN --mount=type=secret` sees: a value, a variable of the runner, or a file. */
export type Secret = { readonly id: string } & (
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'env'; readonly env: string }
  | { readonly kind: 'file'; readonly file: string }
)

/** The parts before and after the first `=`; `undefined` if one of them is empty or there is no `=`. */
function pairIn(text: string): readonly [string, string] | undefined {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  return name === undefined || value === undefined ? undefined : [name, value]
}

/** The start of a PEM block that does not end on the same line: https://www.rfc-editor.org/rfc/rfc7468 */
const isPemStart = (line: string): boolean => line.includes('-----BEGIN ') && !line.includes('-----END ')

/** A line of Base64 as tools wrap it; its padding looks like an empty value after an ID. */
const isBase64 = (line: string): boolean =>
  line.length >= 24 &&
  line.length % 4 === 0 &&
  /^[A-Za-z0-9+/]+={0,2}$/.test(line) &&
  [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(line))

/** Whether a line looks like the middle of a value. */
const isPart = ({ value, isQuoted }: QuotedValue, index: number): boolean =>
  !isQuoted && (isPemStart(value) || (index > 0 && (isBase64(value) || !/^[\w.-]+=/.test(value))))

/** An ID that may be shown; nothing that may be part of a secret. */
const shownId = (secret: { id: string; value: string } | undefined): string =>
  secret !== undefined && /^[\w.-]{1,40}$/.test(secret.id) && !/^=?$/.test(secret.value) ? secret.id : 'key'

const quoting = (id: string): string =>
  `Put the whole of it in double quotes, "${id}=\${{ secrets.NAME }}", with quotes inside it doubled; for a value that contains quotes, 'secret_envs' is easier.`

/** No error shows the content of `secrets`, because it may be the secret. */
function readValues(input: InputReader): Secret[] {
  const parsed = parseQuotedText(input.optional('secrets') ?? '', '\n')
  if (parsed.kind === 'open_quote') {
    input.reject(`Input 'secrets' has a quote that is not closed, or text after one. ${quoting('key')}`)
    return []
  }
  const lines = parsed.values
  const values = lines.map(({ value: line }) => {
    const [, id = '', value = ''] = /^([^=]+)=(.*)$/s.exec(line) ?? []
    return { kind: 'value', id, value } as const
  })
  const wrong = lines.findIndex((line, index) => values[index]?.id === '' || isPart(line, index))
  if (wrong >= 0) {
    const owner = isPemStart(lines[wrong]?.value ?? '') ? wrong : Math.max(0, wrong - 1)
    input.reject(
      `Input 'secrets' has a line that is not id=value (value ${wrong + 1}), for example because a multi-line secret is not quoted. ${quoting(shownId(values[owner]))}`,
    )
  }
  return values
}

function readNamed(input: InputReader, name: 'secret_envs' | 'secret_files', kind: 'env' | 'file'): Secret[] {
  const given = name === 'secret_envs' ? input.list(name) : input.lines(name)
  return given.map((text) => {
    const pair = pairIn(text)
    if (pair === undefined) {
      const form = kind === 'env' ? 'id=VARIABLE' : 'id=path'
      input.reject(`Input '${name}' has ${JSON.stringify(text)}, which is not ${form}.`)
    }
    const [id, value] = pair ?? ['', '']
    return kind === 'env' ? { kind, id, env: value } : { kind: 'file', id, file: value }
  })
}

export const readSecrets = (input: InputReader): readonly Secret[] => [
  ...readValues(input),
  ...readNamed(input, 'secret_envs', 'env'),
  ...readNamed(input, 'secret_files', 'file'),
]

/** The options that pass the secrets to the build; values are masked and stored in files of the step. */
export function secretArguments(secrets: readonly Secret[], job: Job): string[] {
  let folder: string | undefined
  const options = secrets.map((secret, index) => {
    const { id } = secret
    if (secret.kind === 'file') return optionOf(id, `src=${existing(secret)}`)
    const value = secret.kind === 'env' ? variable(secret.env, job) : secret.value
    if (value === '') return missing(secret, job)
    job.runner.mask(value)
    if (secret.kind === 'env') return optionOf(id, `env=${secret.env}`)
    folder ??= job.temporaryFolder('ecr-push-secrets')
    const file = join(folder, String(index))
    writeFileSync(file, value, { mode: 0o600 })
    return optionOf(id, `src=${file}`)
  })
  return options.flatMap((option) => option ?? [])
}

const optionOf = (id: string, source: string): string => `--secret=${csvField(`id=${id}`)},${csvField(source)}`

/** Inputs are also variables, but no child of the step gets them. */
const variable = (name: string, { env }: Job): string => (name.startsWith('INPUT_') ? '' : (env[name] ?? ''))

/** Happens in pull requests from forks, whose runs get no secrets: the Dockerfile decides whether it can do without. */
function missing(secret: Secret, { runner }: Job): undefined {
  const why =
    secret.kind === 'env' ? `the variable ${secret.env} is empty or not set` : "its value in 'secrets' is empty"
  runner.warning(`The build gets no secret '${secret.id}', because ${why}.`)
}

/** @throws {Failure} if a file does not exist */
export function checkSecretFiles(secrets: readonly Secret[]): void {
  for (const secret of secrets) if (secret.kind === 'file') existing(secret)
}

function existing({ id, file }: { id: string; file: string }): string {
  if (existsSync(file)) return file
  throw new Failure(
    `Input 'secret_files' has ${JSON.stringify(file)} for '${id}', but there is no such file in ${process.cwd()}.`,
  )
}
