type Reading = readonly [RegExp, (...groups: string[]) => string]

/** Causes that an input can fix, by the message of the innermost layer. */
const READINGS: readonly Reading[] = [
  [
    /^(unknown (?:shorthand )?flag: .*|flag needs an argument: .*|invalid argument .* for .* flag: .*)$/,
    (said) => `${said}. Correct the input 'extra_build_args'`,
  ],
  [
    /^(?:failed to reach build target|target stage) "?(.+?)"? (?:in Dockerfile|could not be found)$/,
    (stage) => `the Dockerfile has no stage ${JSON.stringify(stage)}. Correct the input 'target'`,
  ],
  [
    /^base name \((.+)\) should not be blank$/,
    (name) =>
      `the name ${name} of the base image is empty. Give its argument in 'build_args', or a default in the Dockerfile`,
  ],
  [
    /^secret (.+?)(?: not found)?: not found$/,
    (id) =>
      `it requires the secret ${JSON.stringify(id)}, which is not given. Add it to 'secrets', 'secret_envs' or 'secret_files'`,
  ],
  [
    /^(?:could not parse secrets: \[.*\]: )?failed to stat (.+): stat .*: no such file or directory$/,
    (file) => `there is no file ${JSON.stringify(file)} for a secret. Correct the input 'secret_files'`,
  ],
  [
    /^(?:no SSH key ".*" forwarded from the client|unset ssh forward key \S+)$/,
    () => "it requires an SSH agent or key, which is not given. Add 'ssh: default'",
  ],
  [
    /\binvalid empty ssh agent socket\b/,
    () =>
      "there is no SSH agent for 'ssh': SSH_AUTH_SOCK is not set. Start an agent before this step, or name a key as 'default=PATH'",
  ],
  [
    /^the --mount option requires BuildKit\b/,
    () => 'the --mount option requires BuildKit. Install the plugin docker-buildx on the runner',
  ],
  [
    /^granting entitlement (\S+) is not allowed by build daemon configuration$/,
    (name) =>
      `the builder does not grant ${name}. Allow it in the configuration of its BuildKit ('insecure-entitlements'), or remove it from 'extra_build_args'`,
  ],
  [
    /^(network\.host|security\.insecure) is not allowed$/,
    (name) =>
      `the Dockerfile asks for ${name}, which the build does not allow. Add '--allow ${name}' to 'extra_build_args'`,
  ],
  [
    /^Attestation is not supported for the docker driver\./,
    () =>
      "attestations need the containerd image store of Docker, or another builder. Set 'provenance' and 'sbom' to 'false', or name a builder in 'builder'",
  ],
]

/** The cause of a failed build that an input can fix, with the fix; `undefined` for any other. */
export function optionCause(said: string): string | undefined {
  for (const [pattern, text] of READINGS) {
    const match = pattern.exec(said)
    if (match !== null) return text(...match.slice(1))
  }
  return undefined
}
