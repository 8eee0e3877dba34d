import fc from 'fast-check'

/** What lies at a path: bytes, or what is no file. */
export type Content = Uint8Array | 'folder' | 'missing' | 'loop' | 'pipe' | 'closed'

/** Puts `value` in the place of the node `at`, counted in the order of the text, of a JSON value. */
function withNode(json: unknown, at: number, value: unknown): unknown {
  let left = at
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return value
    if (Array.isArray(node)) return node.map(walk)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, walk(each)]))
  }
  return walk(json)
}

/** Texts that have a meaning somewhere on the way, and a few that no one expects. `%HOME%` and the like are folders. */
const TEXTS = [
  ...[
    '',
    ' ',
    '-1',
    '0',
    '1e9',
    'NaN',
    'true',
    'null',
    '{}',
    '[]',
    '{"auths":[]}',
    '"',
    "'",
    '__proto__',
    'constructor',
  ],
  ...['##[error]x', '::error::x', '::stop-commands::x', '\r\n::set-env name=x::y', '\u001b[31m', '\u202ex', '\ufeff'],
  ...['%HOME%', '%HOME%/nothing/there', '%HOME%/notes.txt', '%WORKSPACE%/Dockerfile', '%TEMP%', '/dev/null', '/proc'],
  ...[
    '-',
    '--help',
    '../..',
    'x'.repeat(300),
    'x'.repeat(5_000),
    '🚀',
    '\u00a0',
    '%',
    '%41',
    '%zz',
    '\\',
    '*',
    '~',
    '~/x',
  ],
  ...[
    'http://127.0.0.1:1',
    'https://127.0.0.1:1/a?b#c',
    'http://',
    'http://[',
    '127.0.0.1:1',
    'ftp://x',
    '::1',
    'x://y',
  ],
  ...[
    'unix:///nowhere',
    'unix://',
    'tcp://127.0.0.1:1',
    'tcp://',
    'ssh://-x@127.0.0.1',
    'npipe:////./pipe/docker_engine',
  ],
  ...['default', 'x', 'a=b', 'a=b,c', 'a,"b', 'sha256:0', 'arn:aws:iam::123456789012:role/x', '123456789012'],
  ...[
    'eu-central-1',
    'refs/heads/',
    'refs/tags/v1',
    'refs/pull/x/merge',
    'a//b',
    '/',
    'a/../b',
    '1970-01-01T00:00:00Z',
  ],
]

/** Text without NUL, which neither the environment nor a path can hold. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  fc.string({ unit: 'binary', maxLength: 20 }).map((any) => any.replaceAll('\0', '')),
)

/** JSON nearly as `given`, and anything else. */
function json(given: unknown): fc.Arbitrary<string> {
  const any = fc.oneof(fc.constantFrom(null, [], {}, '', 0, -1, 1e300, true, [null], { '': 0 }), text, fc.jsonValue())
  return fc.tuple(fc.nat({ max: 30 }), any).map(([at, value]) => JSON.stringify(withNode(given, at, value)))
}

const encoded = (any: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 5, arbitrary: any.map((each) => Buffer.from(each)) },
    any.map((each) => Buffer.from(`\ufeff${each}`)),
    any.map((each) => Buffer.from(`\ufeff${each}`, 'utf16le')),
    any.map((each) => Buffer.from(each.slice(0, each.length / 2))),
    any.map((each) => Buffer.from(`${each}${each}`)),
    any.map((each) => Buffer.from(`${each}\0`)),
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom('['.repeat(50_000), '{"a":'.repeat(50_000)).map((each) => Buffer.from(each)),
  )

/** What may be found where a file is expected. */
const content = (any: fc.Arbitrary<string>): fc.Arbitrary<Content> =>
  fc.oneof({ weight: 6, arbitrary: encoded(any) }, fc.constantFrom('folder', 'missing', 'loop', 'pipe', 'closed'))

export const jsonText = (given: unknown): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: json(given) },
    text,
    json(given).map((each) => each.slice(0, -2)),
  )

export const jsonFile = (given: unknown): fc.Arbitrary<Content> => content(json(given))

/** A file that the runner has made, and that is written to: a pipe would have no reader. */
export const runnerFile: fc.Arbitrary<Content> = content(text).filter((each) => each !== 'pipe')

const LINES = [
  ...[
    '[default]',
    '[profile x]',
    '[profile default]',
    '[x]',
    '[sso-session s]',
    '[services e]',
    '[',
    '[]',
    ']',
    '# a',
    ';',
  ],
  ...['region = eu-west-1', 'region', '= x', 'role_arn = arn:aws:iam::123456789012:role/r', 'role_arn = x'],
  ...['source_profile = default', 'source_profile = x', 'source_profile = nobody', 'credential_source = Environment'],
  ...[
    'credential_source = y',
    'credential_process = /bin/false',
    'credential_process = echo {}',
    'credential_process = "',
  ],
  ...['sso_session = s', 'sso_account_id = 1', 'sso_role_name = r', 'sso_start_url = x', 'sso_region = y'],
  ...[
    'web_identity_token_file = /nowhere',
    'services = e',
    'ecr =',
    '  endpoint_url = http://127.0.0.1:1',
    'mfa_serial = x',
  ],
  ...['aws_access_key_id = AKIDEXAMPLE', 'aws_secret_access_key = x', 'aws_session_token', 'use_fips_endpoint = z'],
  ...['retry_mode = q', 'max_attempts = -1', 'ca_bundle = /dev/null', 'defaults_mode = w', 'output = json', '\tx = y'],
]

/** AWS's configuration or credentials, or some other file of lines. */
export const linesFile = (lines: readonly string[] = LINES): fc.Arbitrary<Content> =>
  content(fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...lines) }, text)).map((all) => all.join('\n')))

/** A payload nearly as GitHub sends it for any event. */
export const PAYLOAD = {
  ref: 'refs/heads/main',
  ref_type: 'branch',
  base_ref: 'refs/heads/main',
  deleted: false,
  number: 7,
  repository: { id: 1, full_name: 'octo-org/app', default_branch: 'main' },
  pull_request: {
    number: 7,
    head: { ref: 'x', sha: 'a', repo: { full_name: 'octo-org/app', id: 1 } },
    base: { ref: 'main', repo: { id: 1 } },
  },
  workflow_run: { head_branch: 'x', head_repository: { full_name: 'o/a' }, pull_requests: [{ number: 1 }] },
  issue: { number: 3, pull_request: {} },
  merge_group: { head_ref: 'refs/heads/gh-readonly-queue/main/pr-7-aaaa', base_ref: 'refs/heads/main' },
  release: { target_commitish: 'main', tag_name: 'v1' },
  head_commit: { id: 'a', message: 'A commit', timestamp: '2026-01-01T00:00:00Z' },
}
