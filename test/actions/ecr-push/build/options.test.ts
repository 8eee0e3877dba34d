import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  DOCKER_OPTIONS,
  formOf,
  isOptionName,
  type OptionName,
} from '../../../../actions/ecr-push/src/inputs/docker-options.ts'
import {
  type BuilderCase,
  isNeed,
  OPTION_CASES,
  type Outcome,
} from '../../../../actions/ecr-push/test/support/option-cases.ts'
import type { Builder } from '../../../../packages/core/src/docker/toolset.ts'
import type { EngineKind } from '../../../../packages/docker-engine/src/binaries.ts'
import { useEngine } from '../../../../packages/docker-engine/src/suite.ts'
import { imageConfig } from '../../../support/image-config.ts'
import { errorsOf } from '../../../support/push/push-run.ts'
import { usePush } from '../../../support/push/push-suite.ts'
import { dockerSays } from '../support/docker-command.ts'

const WORKSPACE = {
  Dockerfile:
    'FROM scratch AS last\nARG WHO=nobody\nLABEL who=$WHO\nCOPY app /app\nFROM scratch\nLABEL who=other\nCOPY app /other\n',
  app: 'an app',
  'more/x': 'x',
}

/** A client of 28 without plugins builds with the classic builder. */
const NO_PLUGINS = mkdtempSync(join(tmpdir(), 'no-plugins-'))
afterAll(() => rmSync(NO_PLUGINS, { recursive: true }))

/** The engine of a builder, the command that builds with it, and the variables that choose it. */
interface Kind {
  readonly kind: BuilderCase
  readonly of: EngineKind
  readonly by: Builder
  readonly command: readonly string[]
  readonly choice: Readonly<Record<string, string>>
  /** Over those of the runner. */
  readonly machine: Readonly<Record<string, string>>
}

const KINDS: readonly Kind[] = [
  { kind: 'containerd', of: 'sid', by: 'buildx', command: ['buildx', 'build'], choice: {}, machine: {} },
  { kind: 'store', of: 'sid-classic', by: 'buildx', command: ['buildx', 'build'], choice: {}, machine: {} },
  {
    kind: 'buildkit',
    of: 'bookworm',
    by: 'buildkit',
    command: ['build'],
    choice: { DOCKER_BUILDKIT: '1' },
    machine: {},
  },
  {
    ...{ kind: 'classic', of: 'sid-classic', by: 'classic', command: ['build'] },
    ...{ choice: { DOCKER_BUILDKIT: '0', DOCKER_CONFIG: NO_PLUGINS }, machine: { DOCKER_CONFIG: NO_PLUGINS } },
  },
]

/** Options of a later buildx than the engines of the tests have. */
const NEWER_THAN_TESTED: readonly OptionName[] = ['policy', 'resource']

const NAMES = Object.keys(DOCKER_OPTIONS).filter(isOptionName)

/** The scanner of `--sbom` comes from a registry out of reach. */
const wordsThat = (kind: BuilderCase, is: (outcome: Outcome) => boolean): string[] =>
  OPTION_CASES.filter(({ words, outcomes }) => is(outcomes[kind]) && words !== '--sbom=true').map(({ words }) => words)

describe.each(KINDS)(
  'the options of docker build with the builder of $kind',
  ({ kind, of, by, command, choice, machine }) => {
    const engine = useEngine(of)
    const { ecr, newJob } = usePush(engine)
    const docker = (...args: string[]) => dockerSays(engine(), [...command, ...args], choice)

    const isNew = (name: OptionName) => by === 'buildx' && NEWER_THAN_TESTED.includes(name)
    const kindOf = (name: OptionName) => {
      const { isSwitch, [by]: has } = formOf(name)
      if (has === undefined || isNew(name)) return 'unknown'
      return isSwitch ? 'switch' : 'value'
    }

    const newStep = async (given: readonly string[]) => {
      const job = await newJob({
        machine: { ...engine().env, ...ecr().environment, ...machine, BUILDX_CONFIG: '' },
        workspace: WORKSPACE,
      })
      const agent = createServer().listen(join(job.folders.workspace, 'agent.sock'))
      const step = await job.run('ecr-push', {
        with: { repo: 'app', create_repo: true, tags: '1', extra_build_args: given.join('\n') },
      })
      agent.close()
      return { job, step, created: ecr().calls.some(({ operation }) => operation === 'CreateRepository') }
    }

    if (kind !== 'store') {
      it('are those of its help, and those that it hides', async () => {
        const help = await docker('--help')
        const shown = [...help.matchAll(/^ +(?:-(\w), )?--([\w-]+)( \w+)? {2,}/gm)]
        expect(shown.length).toBeGreaterThan(15)
        const forms = shown.map(([, short, name = '', type]) => ({
          name,
          short,
          kind: type === undefined ? 'switch' : 'value',
        }))
        const known = forms.map(({ name }) => {
          const kind = isOptionName(name) ? kindOf(name) : 'unknown'
          return { name, short: isOptionName(name) ? formOf(name).short : undefined, kind }
        })
        expect(known).toEqual(forms)
        const hidden = NAMES.filter((name) => !forms.some((form) => form.name === name) && name !== 'help')
        const found = await Promise.all(
          hidden.map(async (name) => {
            const said = await docker(`--${name}`)
            if (said.includes(`unknown flag: --${name}`)) return [name, 'unknown']
            return [name, said.includes(`flag needs an argument: --${name}`) ? 'value' : 'switch']
          }),
        )
        expect(found).toEqual(hidden.map((name) => [name, kindOf(name)]))
      })
    }

    it('reach it together, but for those that it ignores or that are left out', async () => {
      const all = wordsThat(kind, (outcome) => !isNeed(outcome) && outcome !== 'refused')
      // It contradicts --no-cache-filter.
      const words = all.filter((word) => by !== 'buildx' || word !== '--no-cache')
      const { job, step } = await newStep(words)
      await using _ = job
      expect(step.conclusion, step.log).toBe('success')
      const build = step.argv.findLast((argv) => argv.includes('--iidfile')) ?? []
      const given = wordsThat(kind, (outcome) => outcome === 'given' || outcome === 'ignored')
      // --quiet takes the place of the progress.
      const arriving = given.filter((word) => words.includes(word) && !(by === 'buildx' && word === '--progress=plain'))
      expect(build).toEqual(expect.arrayContaining(arriving))
      for (const word of wordsThat(kind, (outcome) => ['dropped', 'left out'].includes(outcome))) {
        expect(build).not.toContain(word)
      }
      const notices = step.annotations.map(({ message }) => message).filter((line) => line.includes('extra_build_args'))
      for (const { name, outcomes } of OPTION_CASES) {
        const told = notices.some((line) => line.includes(`'--${name}'`))
        if (outcomes[kind] === 'ignored' || outcomes[kind] === 'left out') expect([name, told]).toEqual([name, true])
      }
      const { config } = await imageConfig(ecr(), 'app', '1')
      expect(config.Labels).toMatchObject({ who: 'me', from: 'options' })
      expect(readFileSync(join(job.folders.workspace, 'id.txt'), 'utf8').trim()).toBe(step.outputs['imageid'])
      if (by === 'buildx') {
        const metadata = readFileSync(join(job.folders.workspace, 'metadata.json'), 'utf8')
        expect(JSON.parse(metadata)).toEqual(JSON.parse(step.outputs['metadata'] ?? ''))
      }
    })

    it('that need something else are all named before anything is created', async () => {
      const needs = OPTION_CASES.filter(({ outcomes }) => isNeed(outcomes[kind]))
      const { job, step, created } = await newStep(needs.map(({ words }) => words))
      await using _ = job
      const [line = '', ...others] = errorsOf(step)
      expect([others, created]).toEqual([[], false])
      for (const { name, outcomes } of needs) {
        expect(line).toContain(`Option '--${name}' in 'extra_build_args' needs ${outcomes[kind]}`)
      }
    })

    it('with a wrong value are found before anything is created', async () => {
      const { job, step, created } = await newStep(['--shm-size=much'])
      await using _ = job
      expect(errorsOf(step)).toEqual([
        `Docker does not accept the input 'extra_build_args': invalid argument "much" for "--shm-size" flag: invalid size: 'much'`,
      ])
      expect(created).toBe(false)
    })

    if (kind === 'containerd') {
      it('that would change what is made are refused before anything is asked', async () => {
        const words = wordsThat(kind, (outcome) => outcome === 'refused')
        const { job, step } = await newStep(words)
        await using _ = job
        const [line = '', ...others] = errorsOf(step)
        expect([others, step.argv.filter((argv) => argv.includes('docker')), ecr().calls]).toEqual([[], [], []])
        for (const word of words) expect(line).toContain(`must not have '${word.split('=')[0]}'`)
      })
    }
  },
)
