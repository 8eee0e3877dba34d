import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sentEntries } from '../../../actions/ecr-push/src/context/build-context.ts'
import { ignoreLines, ignoreRules } from '../../../actions/ecr-push/src/context/ignore-file.ts'
import { type PatternReading, UNKNOWN } from '../../../actions/ecr-push/src/context/ignore-pattern.ts'
import type { IgnoreDialect } from '../../../actions/ecr-push/src/context/ignore-rules.ts'
import { Pace } from '../../../actions/ecr-push/src/context/pace.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { useBuildkit, useRemoteBuilders } from '../../support/buildkit.ts'
import {
  type Built,
  dockerfileOf,
  type IgnoreBuilds,
  type Reached,
  treeOf,
  withBuildkit,
  withBuildx,
  withClassicBuilder,
} from './support/ignore-builds.ts'
import { ignoreFiles, writeIgnoreTree } from './support/ignore-cases.ts'

/** How many ignore files each builder gets; more of them with `IGNORE_CASES=1000`. */
const CASES = Number(process.env['IGNORE_CASES'] ?? 120)

/** Another one looks at other files: `IGNORE_SEED=7`. */
const SEED = Number(process.env['IGNORE_SEED'] ?? 20260)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ignore-'))
  mkdirSync(treeOf(folder))
  writeIgnoreTree(treeOf(folder))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The rules in a file; `undefined` where Docker refuses them. */
function rulesIn(file: string, reading: PatternReading) {
  try {
    return ignoreRules(ignoreLines(file), reading)
  } catch {
    return undefined
  }
}

/** Files whose rules are known, and so few of the others that each builder gets some. */
function samples(reading: PatternReading, count: number, allKnown: boolean): string[] {
  const fits = (file: string) => {
    const rules = rulesIn(file, reading)
    return rules !== undefined && (rules !== UNKNOWN || !allKnown)
  }
  return fc.sample(ignoreFiles.filter(fits), { seed: SEED, numRuns: count })
}

interface Difference {
  readonly rules: string
  /** In the image, and not in the hash. */
  readonly missed: readonly string[]
  /** In the hash, and not in the image. */
  readonly needless: readonly string[]
  readonly refused?: string
}

function difference(rules: string, built: Built, counted: readonly string[], reading: PatternReading): Difference[] {
  const unknown = rulesIn(rules, reading) === UNKNOWN
  if (built instanceof Error) return unknown ? [] : [{ rules, missed: [], needless: [], refused: built.message }]
  const missed = built.filter((path) => !counted.includes(path))
  const needless = unknown ? [] : counted.filter((path) => !built.includes(path))
  return missed.length + needless.length === 0 ? [] : [{ rules, missed, needless }]
}

async function pathsCounted(context: string, dockerfile: string, dialect: IgnoreDialect): Promise<string[]> {
  const entries = await sentEntries({ context, dockerfile, dialect }, new Pace(new AbortController().signal))
  return entries.map(({ path }) => path)
}

interface Kind {
  readonly build: IgnoreBuilds
  readonly dialect: IgnoreDialect
  readonly reading: PatternReading
  /** A build that fails takes others with it. */
  readonly allKnown?: true
}

/** Where the classic builder finds the rules, and the file that it takes out of the context itself. */
function writeClassic(rules: string): string {
  writeFileSync(join(treeOf(folder), 'Dockerfile'), 'FROM scratch\nCOPY . /made/\n')
  writeFileSync(join(treeOf(folder), '.dockerignore'), rules)
  return join(treeOf(folder), 'Dockerfile')
}

/** Files of its own that the classic builder may take out, and that always count. */
const OWN = ['Dockerfile', '.dockerignore']

async function compare(engine: Reached, { build, dialect, reading, allKnown }: Kind) {
  const files = samples(reading, CASES, allKnown === true)
  const built = await build(engine, folder, files)
  const differences: Difference[] = []
  for (const [index, rules] of files.entries()) {
    const classic = dialect === 'classic'
    const dockerfile = classic ? writeClassic(rules) : dockerfileOf(folder, index)
    const counted = await pathsCounted(treeOf(folder), dockerfile, dialect)
    const found = built[index] ?? []
    const all = classic && !(found instanceof Error) ? [...new Set([...found, ...OWN])] : found
    differences.push(...difference(rules, all, counted, reading))
  }
  expect(differences, `IGNORE_SEED=${SEED}`).toEqual([])
  expect(built).toHaveLength(CASES)
  // Many different images, not all files or none of them each time.
  expect(new Set(built.map(String)).size).toBeGreaterThan(CASES / 10)
}

/** Hundreds of builds take their time. */
const LONG = { timeout: 600_000 }

describe('the files that count are those in the image, with any ignore file', () => {
  const old = useEngine('bookworm')
  const engine = useEngine('sid')
  const buildkit = useBuildkit()
  useRemoteBuilders(engine, buildkit)

  it('of the BuildKit in Docker 20.10', LONG, () =>
    compare(old(), { build: withBuildkit, dialect: 'old-buildkit', reading: 'expression' }),
  )

  // Clients before 23 take BuildKit, so that it is a later one without buildx that uses the classic builder.
  it('of the classic builder in Docker 20.10', LONG, () => {
    const { socket, host } = old()
    const client = { socket, env: { ...engine().env, DOCKER_HOST: host } }
    return compare(client, { build: withClassicBuilder, dialect: 'classic', reading: 'glob' })
  })

  it.each([
    ['Docker 28.5', 'default'],
    ['a BuildKit elsewhere', 'far'],
  ])('of buildx with %s', LONG, (_, builder) =>
    compare(engine(), { build: withBuildx(builder), dialect: 'buildkit', reading: 'glob', allKnown: true }),
  )
})
