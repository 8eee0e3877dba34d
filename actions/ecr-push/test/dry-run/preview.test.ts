import { readFileSync } from 'node:fs'
import { inputsOf, memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readInputs } from '../../src/inputs.ts'
import { main } from '../../src/main.ts'
import { CLASSIC_STORE, MANIFEST, memoryPorts, REPOSITORY, TOOLSETS } from '../support/ports.ts'
import { workspace } from '../support/workspace.ts'

const ENV = { AWS_REGION: 'eu-central-1' }
const MANIFEST_FILE = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'))
const DEFAULTS = Object.fromEntries(
  Object.entries<{ default?: string }>(MANIFEST_FILE.inputs).map(([name, input]) => [name, input.default ?? '']),
)

describe('a dry run', () => {
  /** Runs the step with the defaults of action.yml and `given`. */
  const dry = async (given: Readonly<Record<string, string>>, ports = memoryPorts()) => {
    const { path, dockerfile, temp, home } = workspace()
    const reader = inputsOf(
      { ...DEFAULTS, repo: 'team/app', tags: '1.2,latest', dockerfile, path, dry_run: 'true', ...given },
      ENV,
    )
    const inputs = readInputs(reader)
    reader.check()
    const job = memoryJob({ RUNNER_TEMP: temp, HOME: home, PATH: '/bin' })
    const outputs = await main(inputs, ports, job)
    expect(ports.calls.filter((call) => /^(build|push|tag|create|scan|policy|make|remove) /.test(call))).toEqual([])
    expect([job.changes, ports.tags.size]).toEqual([[], 0])
    const lines = job.told.lines.filter((line) => /^(ecr:|\[")/.test(line))
    return { outputs, lines, inputs, job }
  }

  test('shows every call and command in its order, and makes none', async () => {
    const { lines, outputs, inputs, job } = await dry(
      { create_repo: 'true', image_scanning_configuration: 'true', prebuild_script: `make 'the "file"'` },
      memoryPorts({ exists: false, toolset: CLASSIC_STORE }),
    )
    const { path, dockerfile } = inputs
    const reference = `${REPOSITORY.uri}:1.2`
    const build: string[] = JSON.parse(lines[3] ?? '')
    const own = build[build.indexOf('--tag') + 1] ?? ''
    expect(lines).toEqual([
      'ecr:CreateRepository team/app',
      'ecr:PutImageScanningConfiguration team/app {"scanOnPush":true}',
      '["make","the \\"file\\""]',
      expect.stringMatching(/^\["docker","buildx","build",.*"--"/),
      JSON.stringify(['docker', 'tag', own, reference]),
      JSON.stringify(['docker', 'push', reference]),
      JSON.stringify(['docker', 'image', 'rm', reference]),
      JSON.stringify(['docker', 'image', 'rm', own]),
      'ecr:PutImage team/app {"imageTag":"latest"}',
    ])
    expect(build).toEqual(expect.arrayContaining(['--file', dockerfile, '--tag', path]))
    expect(own).toMatch(/^ecr-push-[0-9a-f]{12}:built$/)
    expect(outputs).toMatchObject({ image: reference, pushed: false, skipped: false, digest: '' })
    expect(job.told.summary).toEqual([expect.stringContaining('The least-privilege IAM policy')])
  })

  test('shows a builder that would be made for the build, and why', async () => {
    const toolset = {
      ...TOOLSETS.buildx,
      engine: { kind: 'engine', version: '28.5.2', store: 'classic', platform: 'linux/amd64' },
    } as const
    const { lines, job } = await dry({ platforms: 'linux/amd64,linux/arm64' }, memoryPorts({ toolset }))
    const commands = lines.filter((line) => line.startsWith('[')).map((line): string[] => JSON.parse(line))
    const [, name = ''] = /"--name=(ecr-push-[0-9a-f]{12})"/.exec(lines[0] ?? '') ?? []
    expect(commands).toEqual([
      ['docker', 'buildx', 'create', '--driver=docker-container', `--name=${name}`, '--bootstrap'],
      expect.arrayContaining([
        'docker',
        'buildx',
        'build',
        `--builder=${name}`,
        '--output=type=image,push=true,store=false',
      ]),
      ['docker', 'buildx', 'rm', '--force', name],
    ])
    expect(job.told.lines).toContainEqual(
      expect.stringMatching(/^This temporary builder is removed.* 'platforms' needs/),
    )
    expect(job.told.state['ownBuilder']).toBeFalsy()
  })

  test('of an image that is there shows the tags that would move', async () => {
    const ports = memoryPorts()
    ports.ecr.manifests = async () => new Map([['1.2', MANIFEST]])
    const { lines } = await dry({ skip_if_exists: 'tag' }, ports)
    expect(lines).toEqual(['ecr:PutImage team/app {"imageTag":"latest"}'])
  })
})
