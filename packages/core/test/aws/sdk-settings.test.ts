import { describe, expect, test } from 'vitest'
import { settingProblems } from '../../src/aws/sdk-settings.ts'

const WRONG: readonly [variable: string, key: string | undefined, value: string, words: string][] = [
  ['AWS_DEFAULTS_MODE', 'defaults_mode', 'fast', 'one of legacy, standard, in-region, cross-region, mobile, auto'],
  ['AWS_RETRY_MODE', 'retry_mode', 'Standard', 'standard or adaptive'],
  ['AWS_MAX_ATTEMPTS', 'max_attempts', 'five', 'a whole number of at least 1'],
  ['AWS_MAX_ATTEMPTS', 'max_attempts', '0', 'a whole number of at least 1'],
  ['AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint', 'True', 'true or false'],
  ['AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint', '1', 'true or false'],
  ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'ignore_configured_endpoint_urls', 'yes', 'true or false'],
  ['AWS_DISABLE_CLOCK_SKEW_CORRECTION', 'disable_clock_skew_correction', 'no', 'true or false'],
  ['AWS_EC2_METADATA_DISABLED', undefined, '0', 'true or false'],
  ['AWS_EC2_METADATA_V1_DISABLED', 'ec2_metadata_v1_disabled', 'on', 'true or false'],
  ['AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE', 'ec2_metadata_service_endpoint_mode', 'ipv4', 'IPv4 or IPv6'],
  ['AWS_ACCOUNT_ID_ENDPOINT_MODE', 'account_id_endpoint_mode', 'on', 'one of preferred, disabled, required'],
]

describe('a setting that the SDK would not take for what it says', () => {
  test.each(WRONG)('%s (%s) is %j', (variable, key, value, words) => {
    expect(settingProblems({ [variable]: value }, 'ci', undefined)).toEqual([
      `${variable} must be ${words}; it is '${value}'.`,
    ])
    expect(settingProblems({}, 'ci', { [key ?? 'other']: value })).toEqual(
      key === undefined
        ? []
        : [`Setting '${key}' of profile 'ci' in the AWS files must be ${words}; it is '${value}'.`],
    )
  })
})

test.each([
  { AWS_DEFAULTS_MODE: 'In-Region', AWS_RETRY_MODE: 'adaptive', AWS_MAX_ATTEMPTS: '12' },
  { AWS_USE_FIPS_ENDPOINT: 'false', AWS_EC2_METADATA_DISABLED: 'true', AWS_DEFAULTS_MODE: '' },
  { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6', AWS_ACCOUNT_ID_ENDPOINT_MODE: 'disabled' },
])('%j is right, and comes before the file', (env) => {
  expect(settingProblems(env as Record<string, string>, 'default', {})).toEqual([])
  expect(settingProblems({ AWS_MAX_ATTEMPTS: '3' }, 'default', { max_attempts: 'x' })).toEqual([])
})
