import { createPrivateKey } from 'node:crypto'
import { type InputReader, tryOrUndefined } from '@container-actions/core'
import { parseScope, type Scope } from './scope.ts'

/** The credential that allows this machine to register a runner. */
export type Credential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly id: string; readonly key: string }

/** How the runner is registered. */
export type Registration =
  | { readonly kind: 'jit'; readonly config: string }
  | { readonly kind: 'scope'; readonly scope: Scope; readonly credential: Credential }

/** Inputs that contain a secret, or whose `_file` variant names a file with it. */
export const SECRETS = ['github_token', 'app_key', 'jit_config'] as const

type ReadFile = (file: string) => string

function secret(input: InputReader, name: (typeof SECRETS)[number], read: ReadFile): string | undefined {
  const [value, file] = [input.optional(name), input.optional(`${name}_file`)]
  if (value !== undefined && file !== undefined) {
    input.reject(`Only one of the inputs '${name}' and '${name}_file' can be set.`)
  }
  if (value !== undefined || file === undefined) return value
  const text = tryOrUndefined(() => read(file).trim())
  if (!text)
    input.reject(`Input '${name}_file' must name a file with the secret; '${file}' cannot be read or is empty.`)
  return text
}

/** Parses it in the same way as the runner: file names and contents in Base64, the whole in Base64 again. */
function readJitConfig(input: InputReader, config: string): Registration {
  const files: unknown = tryOrUndefined(() => JSON.parse(Buffer.from(config, 'base64').toString()))
  if (!/^[A-Za-z0-9+/=\s]+$/.test(config) || typeof files !== 'object' || files === null || !('.runner' in files)) {
    input.reject("Input 'jit_config' must be the encoded_jit_config from GitHub's API, but it has another format.")
  }
  return { kind: 'jit', config }
}

function readToken(input: InputReader, token: string): Credential {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    input.reject(
      "Input 'github_token' must be a token and nothing else; it contains spaces, newlines or other characters.",
    )
  }
  return { kind: 'token', token }
}

function readApp(input: InputReader, id: string | undefined, key: string | undefined): Credential {
  if (id === undefined) input.reject("Input 'app_id' must be set along with the input 'app_key'.")
  if (key === undefined) input.reject("Input 'app_key' must be set along with the input 'app_id'.")
  // Values in an env file cannot contain newlines.
  const pem = (key ?? '').replaceAll('\\n', '\n')
  if (key !== undefined && tryOrUndefined(() => createPrivateKey(pem).asymmetricKeyType) !== 'rsa') {
    input.reject("Input 'app_key' must be the app's private key in PEM format, but it has another format.")
  }
  return { kind: 'app', id: id ?? '', key: pem }
}

function readScope(input: InputReader, url: string): Scope {
  const scope = parseScope(url)
  if (scope !== undefined) return scope
  // The part before an @ can be a password.
  const shown = url.replace(/.*@/s, '***@')
  input.reject(
    `Input 'url' must be like https://github.com/ORGANISATION, https://github.com/OWNER/REPOSITORY or https://github.com/enterprises/NAME; it is '${shown}'.`,
  )
  return { kind: 'organization', url, path: '', apiUrl: '', isGitHubCom: true, isEnterpriseServer: false }
}

/** Reads how to register the runner: a JIT configuration, or a URL with one credential. */
export function readRegistration(input: InputReader, read: ReadFile): Registration {
  const [token, key, config] = SECRETS.map((name) => secret(input, name, read))
  const [id, url] = [input.optional('app_id'), input.optional('url') ?? '']
  const kinds = { github_token: token, app_id: id ?? key, jit_config: config }
  const [first, second] = Object.entries(kinds).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (second !== undefined) input.reject(`Only one of the inputs '${first}' and '${second}' can be set.`)
  if (config !== undefined) return readJitConfig(input, config)
  const scope = readScope(input, url)
  if (first === 'app_id') {
    if (scope.kind === 'enterprise') {
      input.reject("For an enterprise the input 'github_token' must be set; GitHub lets no app register its runners.")
    }
    return { kind: 'scope', scope, credential: readApp(input, id, key) }
  }
  if (token === undefined) {
    input.reject("One of the inputs 'github_token' and 'jit_config' must be set, or 'app_id' with the input 'app_key'.")
  }
  return { kind: 'scope', scope, credential: readToken(input, token ?? 'none') }
}
