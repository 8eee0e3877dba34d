/**
 * What ecr-push's look at the files of the build context costs an ordinary user, whom BuildKit would build unreadable
 * files for as empty ones: `npm run bench -- look [--rounds 7] [--files 20000] [--engine sid]`. Root reads everything,
 * so that nothing is looked at for it. Each round builds the same context, which the builder knows, by `docker build`
 * alone, by the action as root, and by the action as user 1001, in turns. Needs root.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { engineBinaries } from '../../packages/docker-engine/src/binaries.ts'
import { type PrivateEngine, startEngine } from '../../packages/docker-engine/src/index.ts'
import { readAction } from '../../packages/runner-harness/src/action.ts'
import { inputEnvironment } from '../../packages/runner-harness/src/inputs.ts'
import { beforeProcessEnds } from '../../packages/runner-harness/src/on-process-exit.ts'
import { asUser, giveTo, openPath, RUNNER } from '../../packages/runner-harness/src/user.ts'
import { median } from '../bench-table.ts'

const ACTION = join(import.meta.dirname, '../../actions/ecr-push/dist/index.js')

/** Of the bare build, with the look beside it. */
const BUDGET = 1.5

const ENGINES = ['bookworm', 'sid'] as const
const FILES_PER_FOLDER = 100
const COMMAND_FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY']

interface Site {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly buildx: boolean
}

/** Lets the user use the engine with its client and its plugins, which may lie where only root can go. */
function openEngine({ kind, socket, env }: PrivateEngine): NodeJS.ProcessEnv {
  const [home, config] = [dirname(socket), env['DOCKER_CONFIG'] ?? '']
  chmodSync(home, 0o711)
  chmodSync(socket, 0o666)
  const { docker, plugins } = engineBinaries(kind)
  mkdirSync(join(home, 'open'))
  cpSync(docker, join(home, 'open', 'docker'), { dereference: true })
  if (plugins !== undefined) {
    cpSync(plugins, join(home, 'plugins'), { recursive: true, dereference: true })
    writeFileSync(join(config, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: [join(home, 'plugins')] }))
  }
  giveTo(RUNNER, config)
  return { ...process.env, ...env, DOCKER_BUILDKIT: '1', PATH: `${join(home, 'open')}:${openPath(env['PATH'] ?? '')}` }
}

function makeSite(engine: PrivateEngine, files: number): Site {
  const folder = mkdtempSync(join(tmpdir(), 'bench-look-'))
  beforeProcessEnds(() => rmSync(folder, { recursive: true, force: true }))
  for (let at = 0; at < files; at++) {
    const inner = join(folder, 'app', `folder-${Math.floor(at / FILES_PER_FOLDER)}`)
    if (at % FILES_PER_FOLDER === 0) mkdirSync(inner, { recursive: true })
    writeFileSync(join(inner, `file-${at}`), `${at}`)
  }
  writeFileSync(join(folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
  for (const name of COMMAND_FILES) writeFileSync(join(folder, name), '')
  giveTo(RUNNER, folder)
  const paths = Object.fromEntries(COMMAND_FILES.map((name) => [name, join(folder, name)]))
  const defaults = Object.fromEntries(readAction('ecr-push').inputs)
  const inputs = inputEnvironment({ ...defaults, repo: 'app', tags: '1', push: 'false' })
  const env = {
    ...openEngine(engine),
    ...paths,
    ...inputs,
    RUNNER_TEMP: folder,
    HOME: folder,
    AWS_REGION: 'eu-central-1',
  }
  return { folder, env, buildx: engine.kind === 'sid' }
}

/** How long a command takes in the context, in ms. */
function time({ folder, env }: Site, file: string, args: readonly string[], user = {}): number {
  const begun = performance.now()
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    ...{ env, cwd: join(folder, 'app'), encoding: 'utf8', ...user },
  })
  if (status !== 0) throw error ?? new Error(`${file} ended with ${status}: ${stdout}${stderr}`)
  return performance.now() - begun
}

const WAYS = {
  bare: (site: Site) =>
    time(site, 'docker', [...(site.buildx ? ['buildx'] : []), 'build', '--progress=plain', '.'], {
      uid: RUNNER.uid,
      gid: RUNNER.gid,
    }),
  // A folder of buildx that root has written in would be closed to the user.
  root: ({ env, ...site }: Site) =>
    time({ ...site, env: { ...env, BUILDX_CONFIG: join(site.folder, 'root') } }, process.execPath, [ACTION]),
  user: (site: Site) => time(site, process.execPath, [...asUser(RUNNER), ACTION]),
}

/** The medians of the three ways; the first round only fills the builder's cache. */
function measure(site: Site, rounds: number): Record<keyof typeof WAYS, number> {
  const names = ['bare', 'root', 'user'] as const
  const times = { bare: [] as number[], root: [] as number[], user: [] as number[] }
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const taken = WAYS[name](site)
      if (round >= 0) times[name].push(taken)
    }
  }
  return { bare: median(times.bare), root: median(times.root), user: median(times.user) }
}

export async function bench(args: string[]): Promise<boolean> {
  const options = {
    rounds: { type: 'string', default: '7' },
    files: { type: 'string', default: '20000' },
    engine: { type: 'string', multiple: true },
  } as const
  const { values } = parseArgs({ args, options })
  const heads = ['docker build', 'as root', 'as user 1001', 'the look', 'over build']
  console.log(`${`median of ${values.rounds} rounds`.padEnd(32)}${heads.map((head) => head.padStart(14)).join('')}`)
  let within = true
  for (const kind of ENGINES.filter((each) => values.engine?.includes(each) ?? true)) {
    await using engine = await startEngine({ kind })
    const { bare, root, user } = measure(makeSite(engine, Number(values.files)), Number(values.rounds))
    const ratio = (bare + user - root) / bare
    const figures = [bare, root, user, user - root].map((one) => `${one.toFixed(0)} ms`.padStart(14))
    console.log(
      `${`${engine.version}, ${values.files} files`.padEnd(32)}${figures.join('')}${`${ratio.toFixed(2)} ×`.padStart(14)}`,
    )
    within &&= ratio <= BUDGET
  }
  console.log(`Budget of the look: ${BUDGET} × the bare build: ${within ? 'kept' : 'OVER'}`)
  return within
}
