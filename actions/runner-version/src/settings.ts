import type { CommandLine } from '@container-actions/core'

/** The inputs when this action runs as a command. A test compares the defaults with action.yml. */
export const COMMAND_LINE: CommandLine = {
  prefix: 'RUNNER_VERSION_',
  defaults: {
    installed: 'auto',
    channel: 'latest',
    github_token: '',
    max_age_days: '30',
    warn_days: '7',
    min_version: '2.329.0',
    fail_on: 'never',
  },
  secrets: new Set(['github_token']),
}
