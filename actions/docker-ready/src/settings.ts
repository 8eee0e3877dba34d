import { type CommandLine, type Environment, readSettings } from '@container-actions/core'
import { type Inputs, readInputs } from './inputs.ts'

/** The inputs when this action runs as a hook or a command. A test compares the defaults with action.yml. */
export const COMMAND_LINE: CommandLine = {
  prefix: 'DOCKER_READY_',
  defaults: {
    host: '',
    context: '',
    timeout: '120s',
    fail_fast: 'true',
    required: 'true',
    min_api_version: '',
    min_server_version: '',
    require_buildx: 'false',
    registry_mirrors: '',
    verify_mirror: '',
    export_docker_host: 'false',
  },
  switches: new Set(['fail_fast', 'required', 'require_buildx', 'export_docker_host']),
}

/** Reads the inputs from DOCKER_READY_TIMEOUT and the other variables; see `readSettings` of core. */
export const settingsOf = (
  env: Environment,
  warn: (line: string) => void,
  given?: Readonly<Record<string, string>>,
  called?: (name: string) => string,
): Inputs => readSettings(readInputs, COMMAND_LINE, env, warn, given, called)
