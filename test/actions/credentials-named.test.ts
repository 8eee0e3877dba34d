import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { bareMachine, type Place, sessionKeys, startMetadataService } from '../support/aws-places.ts'
import { commandLines, runBundle } from '../support/bundle-process.ts'
import { gate } from '../support/gate.ts'
import { brokenKeys } from './support/broken-keys.ts'
import { brokenPods, brokenTokens } from './support/broken-pods.ts'
import { brokenProfiles } from './support/broken-profiles.ts'
import { type BrokenSource, settle, startBrokenPlaces } from './support/broken-source.ts'

/** An account whose identities may assume no role. */
const DENIED = '999988887777'

/** So many steps run at once: most of them wait for something. */
const AT_ONCE = 8

let root: string
let ecr: EcrLocal
let places: Awaited<ReturnType<typeof startBrokenPlaces>>
let machine: Place
let cases: readonly BrokenSource[]

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'credentials-'))
  ecr = await startEcrLocal()
  ecr.addFault({ operation: 'AssumeRole', account: DENIED, error: 'AccessDeniedException' })
  const expired = await sessionKeys(ecr, 'old')
  places = await startBrokenPlaces(expired)
  ecr.expireSessions()
  machine = await startMetadataService(await sessionKeys(ecr, 'machine'))
  const surroundings = { ecr, places, expired, denied: DENIED }
  // What waits longest begins first.
  cases = [brokenTokens, brokenKeys, brokenProfiles, brokenPods].flatMap((each) => each(surroundings))
})
afterAll(async () => {
  await Promise.all([machine, places].map((each) => each[Symbol.asyncDispose]()))
  await ecr.close()
  rmSync(root, { recursive: true })
})

/** Logs in with one source, beside a machine that has a role or none. */
async function logIn(source: BrokenSource, metadata: Record<string, string>, action = 'ecr-login') {
  const home = mkdtempSync(join(root, 'home-'))
  const env = {
    PATH: '/usr/bin:/bin',
    ...bareMachine(ecr),
    AWS_MAX_ATTEMPTS: '2',
    ...metadata,
    ...settle(source, home),
  }
  mkdirSync(join(home, 'temp'))
  const { exitCode, stdout } = await runBundle(action, { env, inputs: source.inputs ?? {} })
  return { exitCode, errors: commandLines(stdout, 'error').map((line) => line.slice('::error::'.length)), stdout }
}

describe('a source that is named and does not work fails the step with its line', () => {
  it('whether the machine has a role or not, which is never asked for it', { timeout: 300_000 }, async () => {
    const working = { AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: machine.url }
    const runs = cases.flatMap((source) => [working, {}].map((metadata) => ({ source, metadata })))
    const pass = gate(AT_ONCE)
    const seen = await Promise.all(runs.map(({ source, metadata }) => pass(() => logIn(source, metadata))))
    const told = runs.map(({ source: { name, line } }, index) => {
      const { exitCode, errors, stdout } = seen[index] ?? { exitCode: null, errors: [], stdout: '' }
      const [error = ''] = errors
      const isRight = exitCode === 1 && errors.length === 1 && line.test(error) && !stdout.includes('AWS identity: arn')
      return isRight ? name : { name, exitCode, errors, line: String(line) }
    })
    expect(told).toEqual(runs.map(({ source }) => source.name))
    expect(machine.requests).toEqual([])
  })
})

/** A region that a step names and that it cannot have, or one that it has. */
interface RegionCase {
  readonly name: string
  readonly inputs?: Record<string, string>
  readonly env?: Record<string, string>
  readonly config?: string
  readonly action?: string
  /** The error, or the region that the log names. */
  readonly line: RegExp
}

const HOST = '123456789012.dkr.ecr.us-west-2.amazonaws.com'
const IMAGE = { repo: `${HOST}/team/app`, tag: '1' }
const NONE = { AWS_REGION: '' }
const REGIONS: readonly RegionCase[] = [
  { name: 'input, none', inputs: { region: 'Frankfurt' }, line: /^Input 'region' must be the name of an AWS region/ },
  { name: 'AWS_REGION, none', env: { AWS_REGION: 'x y' }, line: /^AWS_REGION must be the name of .*; it is 'x y'\.$/ },
  {
    name: 'AWS_DEFAULT_REGION, none',
    env: { ...NONE, AWS_DEFAULT_REGION: 'eu' },
    line: /^AWS_DEFAULT_REGION must be the name of an AWS region/,
  },
  {
    name: 'profile, none',
    env: NONE,
    config: '[default]\nregion = Ireland\n',
    line: /^Setting 'region' of profile 'default' in the AWS files must be the name/,
  },
  {
    name: 'profile of another name',
    env: { ...NONE, AWS_PROFILE: 'ci' },
    config: '[default]\nregion = eu-west-1\n',
    line: /^Input 'region' is missing, .* nor has profile 'ci' of the AWS files one\. Add/,
  },
  {
    name: 'profile in a file that cannot be read',
    env: { ...NONE, AWS_CONFIG_FILE: '/' },
    line: /^Input 'region' is missing, .* AWS_CONFIG_FILE names, cannot be read .*EISDIR/,
  },
  {
    name: 'nothing',
    env: NONE,
    line: /^Input 'region' is missing, and neither AWS_REGION nor AWS_DEFAULT_REGION is set/,
  },
  {
    name: 'input against host',
    inputs: { ...IMAGE, region: 'eu-west-1' },
    line: /^Input 'repo' has "team\/app" in registry 123456789012 of region us-west-2, but .* in region eu-west-1/,
  },
  {
    name: 'AWS_REGION against host',
    inputs: IMAGE,
    line: /^Input 'repo' has .* of region us-west-2, but .* eu-central-1/,
  },
  {
    name: 'host against host',
    action: 'ecr-repository',
    inputs: { repo: `${HOST}/app, ${HOST.replace('us-west-2', 'us-east-1')}/web` },
    env: NONE,
    line: /^Input 'repo' has "web" in registry 123456789012 of region us-east-1, but .* in region us-west-2/,
  },
  { name: 'profile', env: NONE, config: '[default]\nregion = eu-west-1\n', line: /in eu-west-1/ },
  {
    name: 'named profile',
    env: { ...NONE, AWS_PROFILE: 'ci' },
    config: '[profile ci]\nregion = eu-west-1\n',
    line: /in eu-west-1/,
  },
  {
    name: 'host, before profile',
    inputs: IMAGE,
    env: NONE,
    config: '[default]\nregion = eu-west-1\n',
    line: /in us-west-2/,
  },
  { name: 'AWS_REGION with a newline', env: { AWS_REGION: ' eu-west-1\r\n' }, line: /in eu-west-1/ },
  {
    name: 'setting of the SDK',
    env: { AWS_DEFAULTS_MODE: 'fast' },
    line: /^AWS_DEFAULTS_MODE must be one of legacy, .*, auto; it is 'fast'\.$/,
  },
]

describe('a region', () => {
  it('that is named is used, or the step fails with its line', async () => {
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = ecr.environment
    // Blanks around keys are no part of them.
    const keys = { AWS_ACCESS_KEY_ID: `${AWS_ACCESS_KEY_ID}\n`, AWS_SECRET_ACCESS_KEY: ` ${AWS_SECRET_ACCESS_KEY}` }
    const denied = await startEcrLocal({ faults: [{ operation: 'GetAuthorizationToken', error: 'OddException' }] })
    const pass = gate(AT_ONCE)
    const told = await Promise.all(
      REGIONS.map(({ name, inputs = {}, env = {}, config, action = 'ecr-login', line }) =>
        pass(async () => {
          const source = {
            ...{ name, inputs, line, env: { ...keys, AWS_ENDPOINT_URL_ECR: denied.endpoint, ...env } },
            ...(config === undefined ? {} : { files: { '.aws/config': config } }),
          }
          const { exitCode, errors } = await logIn(source, {}, action)
          return exitCode === 1 && errors.some((error) => line.test(error)) ? name : { name, errors }
        }),
      ),
    )
    await denied.close()
    expect(told).toEqual(REGIONS.map(({ name }) => name))
  })
})
