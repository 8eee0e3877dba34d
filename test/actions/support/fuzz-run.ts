import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { recordFolder } from '../../../packages/core/test/support/folder-record.ts'
import { type Action, readAction, script } from '../../../packages/runner-harness/src/action.ts'
import { inputEnvironment } from '../../../packages/runner-harness/src/inputs.ts'
import { AS_NOBODY, NOBODY } from '../../../packages/runner-harness/src/user.ts'
import type { FuzzCase } from './fuzz-case.ts'
import type { Content } from './fuzz-values.ts'

type Values = Readonly<Record<string, string>>

/** Longer than any step may take that waits for nothing, on a machine that is busy, in ms. */
const HANGS = 60_000

/** Rights are what a user lacks whom tests would run as. */
const isRoot = process.getuid?.() === 0

/** A docker that answers what lies in a file, or fails. */
const DOCKER = `#!/bin/sh
answer="\${0%/bin/docker}/answers/$1"
[ -f "$answer" ] && exec cat "$answer"
echo 'ERROR: no answer' >&2
exit 1
`

/** The bundle of an action where every user can read it. */
export interface FuzzBundle extends Disposable {
  readonly action: Action
  readonly script: string
}

export function fuzzBundle(name: string, stage: 'main' | 'post'): FuzzBundle {
  const action = readAction(name)
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-bundle-'))
  const from = script(action, stage)
  cpSync(dirname(from), folder, { recursive: true })
  chmodSync(folder, 0o755)
  return {
    action,
    script: join(folder, from.slice(dirname(from).length)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

/** Puts something at a path, in the place of what is there. */
function put(path: string, content: Content): void {
  // The path may go through what another change has made a file.
  try {
    mkdirSync(dirname(path), { recursive: true })
    rmSync(path, { recursive: true, force: true })
    if (content === 'missing') return
    if (content === 'folder') mkdirSync(path)
    else if (content === 'loop') symlinkSync(path, path)
    else if (content === 'pipe') execFileSync('mkfifo', [path])
    else writeFileSync(path, content === 'closed' ? 'x' : content, { mode: content === 'closed' ? 0 : 0o644 })
  } catch {}
}

/** What a good step has: its folders with the user's files, and what earlier steps have left. */
const GOOD: Readonly<Record<string, string>> = {
  'home/notes.txt': "the user's own",
  'home/.ssh/id': "the user's key",
  'home/.docker/config.json': '{"auths":{"ghcr.io":{"auth":"eDp5"}}}',
  'temp/other/file': "another job's",
  'temp/ecr-login-fedcba987654/docker/config.json': '{}',
  'temp/event.json': '{"ref":"refs/heads/main","repository":{"full_name":"octo-org/app","default_branch":"main"}}',
  ...Object.fromEntries(['output', 'state', 'env', 'path', 'summary'].map((name) => [`temp/${name}`, ''])),
  'temp/ecr-login-0123456789ab/docker/config.json': '{}',
  'workspace/Dockerfile': 'FROM scratch\nCOPY app /\n',
  'workspace/app': 'an app',
  'answers/version': '{"Client":{"Version":"28.5.2"},"Server":{"Version":"28.5.2","Os":"linux","Arch":"amd64"}}',
}

/** Folders that the step must leave as they are. */
const FOREIGN = ['home/.ssh', 'temp/other', 'temp/ecr-login-fedcba987654', 'workspace/Dockerfile']

function arrange(root: string, { files }: FuzzCase): void {
  for (const [path, content] of Object.entries(GOOD)) put(join(root, path), Buffer.from(content))
  symlinkSync('01234567-89ab-cdef-0123-456789abcdef', join(root, 'temp/ecr-login-0123456789ab/.container-actions'))
  put(join(root, 'bin/docker'), Buffer.from(DOCKER))
  chmodSync(join(root, 'bin/docker'), 0o755)
  for (const [path, content] of Object.entries(files)) put(join(root, path), content)
  if (isRoot) execFileSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, root])
}

/** With the folders of the run in the place of their names. */
const placed = (values: Values, root: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value.replaceAll(/%(HOME|TEMP|WORKSPACE)%/g, (_, folder: string) => join(root, folder.toLowerCase())),
    ]),
  )

function environment(root: string, { action }: FuzzBundle, { inputs, env, state }: FuzzCase, base: Values): Values {
  const defaults = [...action.inputs].map(([name, value]) => [name, value.startsWith('${{') ? '' : value])
  const file = (name: string) => join(root, 'temp', name)
  return {
    ...{ HOME: join(root, 'home'), RUNNER_TEMP: join(root, 'temp'), TMPDIR: join(root, 'temp'), CI: 'true' },
    ...{
      PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
      GITHUB_WORKSPACE: join(root, 'workspace'),
      GITHUB_ACTIONS: 'true',
    },
    ...{ GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: file('event.json'), GITHUB_REF: 'refs/heads/main' },
    ...{ GITHUB_REPOSITORY: 'octo-org/app', GITHUB_SHA: 'a'.repeat(40), RUNNER_TOOL_CACHE: file('tools') },
    ...{ GITHUB_OUTPUT: file('output'), GITHUB_STATE: file('state'), GITHUB_ENV: file('env') },
    ...{ GITHUB_PATH: file('path'), GITHUB_STEP_SUMMARY: file('summary'), AWS_EC2_METADATA_DISABLED: 'true' },
    ...base,
    ...inputEnvironment(placed({ ...Object.fromEntries(defaults), ...inputs }, root)),
    ...placed(Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])), root),
    ...placed(env, root),
  }
}

/** Runs the script to its end. */
async function run(file: string, cwd: string, env: Values): Promise<{ end: number | string | null; printed: string }> {
  const child = spawn(process.execPath, [...(isRoot ? AS_NOBODY : []), file], {
    ...{ cwd, env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  let hung = false
  const end = () => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {}
  }
  const timer = setTimeout(() => {
    hung = true
    end()
  }, HANGS)
  const how = await new Promise<number | string | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal)),
  )
  clearTimeout(timer)
  end()
  return { end: hung ? 'a hang' : how, printed }
}

/** What a step must never show: a stack, the word for a defect, or node's own report of one. */
const STACK =
  /(?:^|\n|%0A)\s+at .*:\d+:\d+|unexpected error|please report|Node\.js v\d|UnhandledPromise|\bnode:internal/i

/** Without lines for debugging, which may have all there is to know. */
const shown = (printed: string): string => printed.replaceAll(/^::debug::.*$/gm, '')

/**
 * Gives the case to the bundle.
 *
 * @returns what is wrong with how it took that; `undefined` for nothing
 */
export async function fuzz(bundle: FuzzBundle, given: FuzzCase, base: Values): Promise<string | undefined> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'fuzz-')))
  try {
    chmodSync(root, 0o755)
    arrange(root, given)
    const foreign = () =>
      JSON.stringify(recordFolder(root, (path) => !FOREIGN.some((own) => path.startsWith(own) || own.startsWith(path))))
    const before = foreign()
    const { end, printed } = await run(bundle.script, join(root, 'workspace'), environment(root, bundle, given, base))
    if ((end !== 0 && end !== 1) || STACK.test(shown(printed))) return `It ended with ${end}\n${printed}`
    if (foreign() !== before) return `it changed what is not its own\n${before}\n${foreign()}`
    return undefined
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
