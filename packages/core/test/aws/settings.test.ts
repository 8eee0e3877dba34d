import { describe, expect, test } from 'vitest'
import { readAwsSettings } from '../../src/aws/settings.ts'
import { Failure } from '../../src/base/failure.ts'
import { inputsOf } from '../../src/testing.ts'

const NO_FILES = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
const REGION = { region: 'eu-central-1' }

const read = (inputs: Record<string, string>, env: Record<string, string> = {}) => {
  const input = inputsOf(inputs, { ...NO_FILES, ...env })
  const settings = readAwsSettings(input)
  input.check()
  return settings
}

test('asks for all inputs that the AWS actions share, so that none of them is unknown', () => {
  const input = inputsOf({})
  readAwsSettings(input)
  expect([...input.names].sort()).toEqual([
    'access_key_id',
    'account_id',
    'assume_role',
    'external_id',
    'oidc_audience',
    'region',
    'role_duration_seconds',
    'role_session_name',
    'role_source',
    'secret_access_key',
    'session_token',
  ])
})

describe('region', () => {
  test.each([
    [{ region: 'eu-central-1' }, { AWS_REGION: 'us-east-1' }, 'eu-central-1'],
    [{}, { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'eu-west-1' }, 'us-east-1'],
    [{}, { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
    [{ region: ' ' }, { AWS_DEFAULT_REGION: 'us-gov-west-1' }, 'us-gov-west-1'],
  ])('of inputs %j and environment %j is %s', (inputs, env, region) => {
    expect(read(inputs as Record<string, string>, env as Record<string, string>).region).toBe(region)
  })

  test.each([{}, { AWS_REGION: '', AWS_DEFAULT_REGION: '' }])('is missing in %j', (env) => {
    expect(() => read({}, env as Record<string, string>)).toThrow(
      new Failure(
        "Input 'region' is missing, and neither AWS_REGION nor AWS_DEFAULT_REGION is set, nor has profile 'default' of the AWS files one. Add for example 'region: eu-central-1' under 'with:'.",
      ),
    )
  })

  test.each(['Frankfurt', 'eu central 1', 'eu', 'eu-central-1.evil.example/', 'http://eu-central-1'])(
    '%j is none',
    (region) => {
      expect(() => read({ region })).toThrow(
        new Failure(`Input 'region' must be the name of an AWS region like eu-central-1; it is '${region}'.`),
      )
    },
  )
})

test('the region may be implied by something else, which comes last', () => {
  const of = (inputs: Record<string, string>, env: Record<string, string> = {}) =>
    readAwsSettings(inputsOf(inputs, env), { region: 'us-east-1' }).region
  expect([of({}), of({}, { AWS_DEFAULT_REGION: 'eu-west-1' }), of(REGION, { AWS_REGION: 'eu-west-1' })]).toEqual([
    'us-east-1',
    'eu-west-1',
    'eu-central-1',
  ])
})

describe('account_id', () => {
  test.each([
    ['123456789012', '123456789012'],
    ['12345678901', '012345678901'],
    ['42', '000000000042'],
  ])('%s is the account %s', (account_id, account) => {
    expect(read({ ...REGION, account_id }).accountId).toBe(account)
  })

  test('is not needed', () => {
    expect(read(REGION).accountId).toBeUndefined()
  })

  test.each(['1234567890123', '1234-5678-9012', '1.23457E+11'])('%j is none', (account_id) => {
    expect(() => read({ ...REGION, account_id })).toThrow(
      new Failure(`Input 'account_id' must be the 12 digits of an AWS account; it is "${account_id}".`),
    )
  })
})

describe('keys', () => {
  const PAIR = { access_key_id: 'AKIA', secret_access_key: 's3cret' }

  test('are a pair', () => {
    expect(read({ ...REGION, ...PAIR }).keys).toStrictEqual({ accessKeyId: 'AKIA', secretAccessKey: 's3cret' })
  })

  test('may have a session token', () => {
    expect(read({ ...REGION, ...PAIR, session_token: 't0ken' }).keys).toEqual({
      accessKeyId: 'AKIA',
      secretAccessKey: 's3cret',
      sessionToken: 't0ken',
    })
  })

  test('are left to the runner where there are none', () => {
    expect(read({ ...REGION, access_key_id: '', secret_access_key: ' ' }).keys).toBeUndefined()
  })

  test.each([
    ['access_key_id', { access_key_id: 'AKIA' }],
    ['access_key_id', { access_key_id: 'AKIA', session_token: 't0ken' }],
    ['secret_access_key', { secret_access_key: 's3cret' }],
    ['session_token', { session_token: 't0ken' }],
  ])('%s does not stand alone', (given, inputs) => {
    expect(() => read({ ...REGION, ...inputs } as Record<string, string>)).toThrow(
      new Failure(
        `Input '${given}' is incomplete: set both 'access_key_id' and 'secret_access_key', or neither to use the credentials of the runner.`,
      ),
    )
  })
})

test('all mistakes are told together, and no secret with them', () => {
  expect(() => read({ region: 'x', account_id: 'y', secret_access_key: 's3cret' })).toThrow(
    /^Input 'region' must be .* Input 'account_id' must be .* Input 'secret_access_key' is incomplete(?!.*s3cret)/,
  )
})
