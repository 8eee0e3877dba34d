/**
 * Runs a TypeScript script of this folder on a fresh clone: `node scripts/run.mjs [--build] scripts/demo.ts ARG…`.
 * Installs the packages when they are missing or older than the lock file, builds when asked, and runs the script on
 * Node 24, the version that the runner runs actions with, whatever Node started this file (20 or newer).
 * Without a script it only installs. What it does goes to stderr; stdout belongs to the script.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: '1' }
const NODE_MAJOR = 24

const changed = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0)

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (status === 0) return
  console.error(`${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}`)
  process.exit(1)
}

function install() {
  if (changed(join(root, 'node_modules/.package-lock.json')) >= changed(join(root, 'package-lock.json'))) return
  console.error('Installing the packages of package-lock.json (npm ci) …')
  run('npm', ['ci', '--loglevel=error'])
}

function node24() {
  const major = Number(process.versions.node.split('.')[0])
  const packaged = join(bin, 'node')
  if (existsSync(packaged)) return packaged
  if (major >= NODE_MAJOR) return process.execPath
  console.error(
    `Node ${NODE_MAJOR} is needed, this is ${process.version}, and there is no Node package for this platform.`,
  )
  return process.exit(1)
}

const args = process.argv.slice(2)
const build = args[0] === '--build'
if (build) args.shift()

install()
if (build) {
  console.error('Building the actions …')
  run(join(bin, 'turbo'), ['run', 'build', '--output-logs=errors-only', '--no-color'])
}
if (args.length > 0) {
  const child = spawn(node24(), args, { cwd: root, env, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1))
}
