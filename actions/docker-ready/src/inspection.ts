import { realpathSync } from 'node:fs'
import { DEFAULT_SOCKET, type Endpoint, type ReadyDaemon, tryOrUndefined, webOf } from '@container-actions/core'
import { type Check, checkDaemon, checkMirrors } from './checks.ts'
import { bridgeMtu, type Daemon, readDaemon } from './daemon.ts'
import { type DockerCli, readCli } from './docker-cli.ts'
import { parseHubImage } from './hub-image.ts'
import type { Inputs } from './inputs.ts'
import { askMirror } from './mirror.ts'
import { defaultLink } from './network.ts'
import type { Step } from './step.ts'
import { warningsAbout } from './warnings.ts'

/** Everything that was found out about a ready daemon. */
export interface Inspection {
  readonly kind: 'inspection'
  readonly daemon: Daemon
  readonly cli: DockerCli
  readonly checks: readonly Check[]
  readonly warnings: readonly string[]
}

function isDefaultSocket({ address }: Endpoint): boolean {
  if (address.kind !== 'unix') return false
  return tryOrUndefined(() => realpathSync(address.path) === realpathSync(DEFAULT_SOCKET)) ?? false
}

/** The MTU of the daemon's network matters only if ours is below Docker's default, and only for a local daemon. */
async function networkOf({ endpoint, agent }: ReadyDaemon, signal: AbortSignal) {
  const link = endpoint.address.kind === 'unix' ? defaultLink() : undefined
  const narrow = link !== undefined && link.mtu < 1500
  return { link, bridgeMtu: narrow ? await bridgeMtu(endpoint, agent, signal) : undefined }
}

async function mirrorCheck(image: string | undefined, daemon: Daemon, signal: AbortSignal) {
  const web = webOf(daemon.proxies)
  const parsed = image === undefined ? undefined : parseHubImage(image)
  if (image === undefined || parsed === undefined) return { checks: [], warnings: [] }
  const answers = await Promise.all(daemon.mirrors.map((mirror) => askMirror(mirror, parsed, web, signal)))
  signal.throwIfAborted()
  const check = checkMirrors(image, answers)
  const warning = `${check.line}. Whether the daemon can reach it does not show from here.`
  return { checks: [check], warnings: check.unknown ? [warning] : [] }
}

/** Queries a ready daemon, runs the step's checks, and looks for problems that would appear later. */
export async function inspect(
  ready: ReadyDaemon,
  inputs: Inputs,
  step: Step,
  signal: AbortSignal,
): Promise<Inspection> {
  const { endpoint, agent, pong } = ready
  const daemon = await readDaemon(endpoint, agent, pong, signal)
  const network = await networkOf(ready, signal)
  const [cli, mirrors] = await Promise.all([
    readCli(daemon, step.env, step.exec),
    mirrorCheck(inputs.verifyMirror, daemon, signal),
  ])
  const around = {
    ...{
      endpoint,
      daemon,
      env: step.env,
      cliApiVersion: cli.apiVersion,
      exported: inputs.exportDockerHost,
      ...network,
    },
    ...{ inJob: step.env['GITHUB_ACTIONS'] === 'true', isDefaultSocket: isDefaultSocket(endpoint) },
  }
  return {
    kind: 'inspection',
    daemon,
    cli,
    checks: [...checkDaemon(daemon, cli.buildx, inputs), ...mirrors.checks],
    warnings: [...warningsAbout(around), ...mirrors.warnings],
  }
}
