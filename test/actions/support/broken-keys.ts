import type { BrokenSource, Surroundings } from './broken-source.ts'

const ENVIRONMENT = 'the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
const INPUTS = "the inputs 'access_key_id' and 'secret_access_key'"

/** Keys, given as inputs and in the environment. */
export function brokenKeys({ ecr, expired }: Surroundings): BrokenSource[] {
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = ecr.environment
  const of = ([access_key_id, secret_access_key, session_token]: readonly string[]) => ({
    inputs: {
      ...{ access_key_id: access_key_id ?? '', secret_access_key: secret_access_key ?? '' },
      session_token: session_token ?? '',
    },
    env: {
      ...{ AWS_ACCESS_KEY_ID: access_key_id ?? '', AWS_SECRET_ACCESS_KEY: secret_access_key ?? '' },
      AWS_SESSION_TOKEN: session_token ?? '',
    },
  })
  const { AccessKeyId, SecretAccessKey, SessionToken } = expired
  const cases: readonly [name: string, keys: readonly string[], line: (source: string) => RegExp][] = [
    [
      'unknown',
      ['AKIAUNKNOWNUNKNOWN00', secret],
      (source) => RegExp(`^AWS does not know the access key from ${source}: `),
    ],
    [
      'with another secret',
      [id, 'x'],
      (source) => RegExp(`^AWS refuses the secret access key from ${source}: The request sig`),
    ],
    [
      'expired',
      [AccessKeyId, SecretAccessKey, SessionToken],
      (source) => RegExp(`^The AWS session from ${source} has exp`),
    ],
    [
      'temporary without a token',
      ['ASIAEXAMPLEEXAMPLE00', SecretAccessKey],
      (source) => RegExp(`from ${source} begins with ASIA: `),
    ],
    [
      'with a space',
      [id, 'a b'],
      (source) => RegExp(`^The secret access key from ${source} contains a character that is not valid`),
    ],
  ]
  return [
    ...cases.flatMap(([name, given, line]) => [
      { name: `keys of the inputs, ${name}`, inputs: of(given).inputs, line: line(INPUTS) },
      { name: `keys of the environment, ${name}`, env: of(given).env, line: line(ENVIRONMENT) },
    ]),
    ...[[id], ['', secret], ['', '', 'only-a-token']].flatMap((given) => [
      {
        name: `half of the keys of the inputs: ${given}`,
        inputs: of(given).inputs,
        line: /^Input '\w+' is incomplete: set both/,
      },
      {
        name: `half of the keys of the environment: ${given}`,
        env: of(given).env,
        line: /^The AWS keys in the environment are/,
      },
    ]),
  ]
}
