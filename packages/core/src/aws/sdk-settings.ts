import type { Environment } from '../base/environment.ts'
import type { ProfileSettings } from './files.ts'

/** An SDK setting with a fixed set of values; the SDK would ignore an invalid one, or fail on the first call. */
interface Setting {
  readonly variable: string
  /** Its name in a profile, if it has one. */
  readonly key?: string
  readonly words: string
  readonly fits: RegExp
}

const BOOLEAN = { words: 'true or false', fits: /^(?:true|false)$/ }

/** https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html, as the SDK for JavaScript reads them. */
const SETTINGS: readonly Setting[] = [
  {
    ...{ variable: 'AWS_DEFAULTS_MODE', key: 'defaults_mode' },
    words: 'one of legacy, standard, in-region, cross-region, mobile, auto',
    fits: /^(?:legacy|standard|in-region|cross-region|mobile|auto)$/i,
  },
  {
    variable: 'AWS_RETRY_MODE',
    key: 'retry_mode',
    words: 'standard or adaptive',
    fits: /^(?:legacy|standard|adaptive)$/,
  },
  { variable: 'AWS_MAX_ATTEMPTS', key: 'max_attempts', words: 'a whole number of at least 1', fits: /^[1-9]\d{0,3}$/ },
  { variable: 'AWS_USE_FIPS_ENDPOINT', key: 'use_fips_endpoint', ...BOOLEAN },
  { variable: 'AWS_USE_DUALSTACK_ENDPOINT', key: 'use_dualstack_endpoint', ...BOOLEAN },
  { variable: 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', key: 'ignore_configured_endpoint_urls', ...BOOLEAN },
  { variable: 'AWS_DISABLE_CLOCK_SKEW_CORRECTION', key: 'disable_clock_skew_correction', ...BOOLEAN },
  { variable: 'AWS_EC2_METADATA_DISABLED', ...BOOLEAN },
  { variable: 'AWS_EC2_METADATA_V1_DISABLED', key: 'ec2_metadata_v1_disabled', ...BOOLEAN },
  {
    ...{ variable: 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE', key: 'ec2_metadata_service_endpoint_mode' },
    ...{ words: 'IPv4 or IPv6', fits: /^IPv[46]$/ },
  },
  {
    ...{ variable: 'AWS_ACCOUNT_ID_ENDPOINT_MODE', key: 'account_id_endpoint_mode' },
    ...{ words: 'one of preferred, disabled, required', fits: /^(?:preferred|disabled|required)$/ },
  },
]

/** Returns a sentence for each setting that the SDK would not accept. Empty settings are ignored. */
export function settingProblems(env: Environment, profile: string, settings: ProfileSettings | undefined): string[] {
  return SETTINGS.flatMap(({ variable, key, words, fits }) => {
    const [own, other] = [env[variable], key && settings?.[key]]
    if (own) return fits.test(own) ? [] : [`${variable} must be ${words}; it is '${own}'.`]
    if (!other || fits.test(other)) return []
    return [`Setting '${key}' of profile '${profile}' in the AWS files must be ${words}; it is '${other}'.`]
  })
}
