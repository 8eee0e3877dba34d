import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path'
import { env } from 'node:process'
import { beforeAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { createAuthority } from '../support/certificates.ts'
import { gate } from '../support/gate.ts'
import { usePush } from '../support/push/push-suite.ts'
import { openToRunner } from '../support/runner-user.ts'
import { type End, PLACES, type SceneName, STATES, type State } from './support/step-places.ts'
import { type Fault, named, type Outcome, runScene } from './support/step-run.ts'
import { SCENES } from './support/step-scenes.ts'

/** Steps that run at the same time. */
const AT_ONCE = 4

/** How long, in ms, a step may take on a busy machine; one that waits for what never comes takes minutes. */
const STEP_TIMEOUT = 60_000

const NAMES = Object.keys(SCENES) as SceneName[]

/** What a line says of a file in a state, and of what to change. */
const SAYS: Readonly<Record<State, RegExp>> = {
  missing: /no such|there is no|does not exist|Missing/i,
  unreadable: /belongs to root and has mode 0[67]00.*'sudo chown/,
  foreign: /belongs to root and has mode 0(?:644|755).*'sudo chown/,
  readonly: /read-only.*mount it writable/i,
}

/** The runner starts no step without its folders, and nobody mounts a lock. */
const IMPOSSIBLE = ['RUNNER_TEMP missing', '~/.docker/config.json.ecr-login-lock readonly', '. missing']

/** What is wrong with how a step ended; nothing where that is as it should be. */
function wrongIn({ step, errors, told, folders }: Outcome, { place, state }: Fault): string[] {
  const end = place.ends[state] as End
  const [failed, lines] = end === 'told' || end === 'works' ? ['success', told] : ['failure', errors]
  const line = lines.join('\n')
  const path = place.at(folders)
  const isNamed = [named(folders, path), `"${basename(path)}"`, `"./${basename(path)}"`].some((name) =>
    line.includes(name),
  )
  const isRight =
    end === 'works'
      ? errors.length === 0
      : lines.length === 1 &&
        (end instanceof RegExp ? end.test(line) : SAYS[state].test(line) && isNamed && !line.includes('Already done'))
  return step.conclusion === failed && isRight
    ? []
    : [`${place.scene} ${place.name} ${state}: ${step.conclusion}: ${[...errors, ...told].join(' | ')}`]
}

/** What belongs to the system. */
const OF_SYSTEM = /^\/(?:proc|sys|dev|etc|usr|s?bin|lib\w*|opt|var|run|root)(?:\/|$)/

/**
 * What belongs to the action itself, to the engine of the tests, or is in the PATH that the tests were started with: npm
 * puts the `node_modules/.bin` of every folder above into it.
 */
const OF_TESTS = [REPOSITORY, join(tmpdir(), 'engine-'), ...(env['PATH'] ?? '').split(delimiter).filter(isAbsolute)]

/** Where a container job and a daemon in a container have their files: looked for, and not there on this machine. */
const ELSEWHERE = /^\/(?:__e|__w|github)(?:\/|$)|^\/tmp\/dockerd\.log$/

/** What a step makes for itself, with a name that nobody else has. */
const OWN = /^(?:TEMP|HOME)\/(?:.*\/)?(?:[a-z-]+-[0-9a-f]{12}(?:\/|$)|.*\.[0-9a-f-]{36}|.*-aside)/

/**
 * The paths that a step gave to the system and that no place of the table is, or is in. The folders above a place are
 * looked at to say which of them closes it.
 */
function strangersIn({ opened, folders }: Outcome): string[] {
  const places = PLACES.map((place) => named(folders, place.at(folders))).filter(Boolean)
  const isKnown = (path: string) =>
    places.some(
      (each) => each === path || each.startsWith(`${path}/`) || (each.includes('/') && path.startsWith(`${each}/`)),
    )
  const above = [folders.workspace, folders.home, folders.temp, folders.tools]
  return opened
    .filter(
      (path) =>
        !OF_SYSTEM.test(path) &&
        !ELSEWHERE.test(path) &&
        !OF_TESTS.some((start) => path.startsWith(start)) &&
        !above.some((folder) => folder.startsWith(path)),
    )
    .map((path) => named(folders, path))
    .filter((path) => !OWN.test(path) && !isKnown(path))
}

describe('a file or folder of a step', { timeout: 300_000 }, () => {
  const engine = useEngine('sid')
  const { ecr } = usePush(engine)
  let tls: Readonly<Record<string, string>> = {}
  beforeAll(() => {
    openToRunner(engine())
    const folder = mkdtempSync(join(tmpdir(), 'authority-'))
    const { ca, issue } = createAuthority(folder, 'authority of the daemon')
    const { cert, key } = issue('client')
    const read = ([name, file]: readonly [string, string]) => [`tls/${name}.pem`, readFileSync(file, 'utf8')]
    tls = Object.fromEntries(Object.entries({ ca, cert, key }).map(read))
    rmSync(folder, { recursive: true })
  })
  const passing = gate(AT_ONCE)

  const run = (scene: SceneName, faults: readonly Fault[]) =>
    passing(() =>
      runScene(scene, faults, {
        socket: engine().socket,
        engine: engine().env,
        plugins: join(dirname(engine().socket), 'plugins'),
        ecr: ecr().environment,
        tls,
        timeout: STEP_TIMEOUT,
      }),
    )

  /** What is wrong with how the step of a cell ends; that it does not end is said with the name of the cell. */
  async function wrongWith(scene: SceneName, faults: readonly Fault[]): Promise<string[]> {
    const names = [scene, ...faults.map(({ place, state }) => `${place.name} ${state}`)].join(', ')
    try {
      const outcome = await run(scene, faults)
      return [
        ...strangersIn(outcome).map((path) => `${scene} opens ${path}`),
        ...faults.slice(0, 1).flatMap((fault) => wrongIn(outcome, fault)),
      ]
    } catch (error) {
      return [`${names}: ${String(error)}`]
    }
  }

  const faultsOf = (scene: SceneName, state: State): Fault[] =>
    PLACES.filter((place) => place.scene === scene && place.ends[state] !== undefined).map((place) => ({
      place,
      state,
    }))
  const isHarmless = ({ place, state }: Fault) => place.ends[state] === 'works'

  it('does no harm where it need not, and is in the table if a step opens it', async () => {
    const cells = NAMES.flatMap((scene) => {
      const harmless = STATES.map((state) => faultsOf(scene, state).filter(isHarmless))
      const together = harmless.map((faults) => faults.filter(({ place }) => place.alone !== true))
      const alone = harmless.flat().filter(({ place }) => place.alone === true)
      // Without a fault the step opens all that it opens.
      const groups = [[], ...together.filter((faults) => faults.length > 0), ...alone.map((fault) => [fault])]
      return groups.map((faults) => ({ scene, faults }))
    })
    const found = await Promise.all(cells.map(({ scene, faults }) => wrongWith(scene, faults)))
    expect([...new Set(found.flat())]).toEqual([])
  })

  it('is named with what is wrong with it and what to change, and nothing is half done', async () => {
    const faults = NAMES.flatMap((scene) =>
      STATES.flatMap((state) => faultsOf(scene, state).filter((each) => !isHarmless(each))),
    )
    const found = await Promise.all(faults.map((fault) => wrongWith(fault.place.scene, [fault])))
    expect([...new Set(found.flat())]).toEqual([])
  })

  it('has a cell for each state that it can be in', () => {
    const hasCell = (name: string, state: State) =>
      PLACES.some((place) => place.name === name && place.ends[state] !== undefined)
    const lacking = PLACES.flatMap(({ name }) =>
      STATES.filter((state) => !hasCell(name, state)).map((state) => `${name} ${state}`),
    )
    expect([...new Set(lacking)]).toEqual(IMPOSSIBLE)
  })
})
