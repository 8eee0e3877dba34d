import { type Environment, Failure, type Runner, WebError } from '@container-actions/core'
import { type Freshness, freshness } from './freshness.ts'
import { failsOn, type Inputs } from './inputs.ts'
import type { Installed } from './installed.ts'
import type { Outputs } from './outputs.ts'
import { type Asset, assetOf } from './release.ts'
import type { Releases } from './releases.ts'
import { line, summary } from './summary.ts'
import { compareVersions, type Version } from './version.ts'

export type Offer = Asset & { readonly version: Version }

/** What the comparison needs from the machine and from GitHub. */
export interface Ports {
  installed(given: string): Installed | undefined
  releases(): Promise<Releases>
  /** The version that new runners of the organization get. */
  offer(organization: string): Promise<Offer | undefined>
  /** `linux-x64`; `undefined` if there is no runner for this machine. */
  readonly platform: string | undefined
  now(): Date
}

/** What the comparison needs from its environment: a step of a job, or a command. */
export interface Step {
  readonly env: Environment
  readonly runner: Pick<Runner, 'info' | 'notice' | 'warning' | 'summary'>
}

const NO_INSTALLED =
  "No runner was found above this process, so its version is unknown. Set 'installed' to the version, such as 2.330.0, or to the folder of the runner."

/** Determines the version to compare with, and the archive to install. */
async function target(inputs: Inputs, known: Releases, ports: Ports, { env, runner }: Step) {
  const { platform } = ports
  if (inputs.channel === 'organization') {
    const organization = env['GITHUB_REPOSITORY_OWNER']
    if (!organization) {
      throw new Failure(
        "Input 'channel' is organization, and GITHUB_REPOSITORY_OWNER does not name one. Outside of a job, set that variable.",
      )
    }
    try {
      const offer = await ports.offer(organization)
      if (offer !== undefined) return { version: offer.version, asset: offer }
      runner.notice(`GitHub offers ${organization} no runner for ${platform ?? 'this machine'}.`)
    } catch (error) {
      if (!(error instanceof WebError)) throw error
      runner.notice(error.message)
    }
    return {}
  }
  const version = known.latest
  if (version === undefined || platform === undefined) return { version }
  const expected = assetOf(version, platform)
  const release = known.releases.find((each) => compareVersions(each.version, version) === 0)
  const published = release?.assets.find(({ name }) => name === expected.name)
  return { version, asset: published ?? { ...expected, sha256: undefined } }
}

function report(outputs: Outputs, found: Freshness, inputs: Inputs, { runner }: Step): void {
  const text = line(outputs, found)
  if (failsOn(found.status, inputs.failOn))
    throw new Failure(`${text} This step fails because of 'fail_on: ${inputs.failOn}'.`, { outputs })
  if (['expiring', 'expired', 'below_minimum'].includes(found.status)) runner.warning(text)
  else runner.info(text)
}

/**
 * Compares the installed runner with GitHub's releases. Without a network, the status is unknown, and the step does not
 * fail.
 */
export async function main(inputs: Inputs, ports: Ports, step: Step): Promise<Outputs> {
  const { runner } = step
  const installed = ports.installed(inputs.installed)
  if (installed === undefined) runner.notice(NO_INSTALLED)
  else runner.info(`Installed: ${installed.version.text}, by ${installed.source}`)
  const known = await ports.releases()
  for (const notice of known.notices) runner.notice(notice)
  const { version, asset } = await target(inputs, known, ports, step)
  const found = freshness(
    { installed: installed?.version, latest: version, releases: known.releases },
    inputs,
    ports.now(),
  )
  const release = version && known.releases.find((each) => compareVersions(each.version, version) === 0)
  const outputs: Outputs = {
    installed: installed?.version.text ?? '',
    latest: version?.text ?? '',
    latest_published_at: release?.publishedAt.toISOString() ?? '',
    deadline: found.deadline?.toISOString() ?? '',
    days_left: String(found.daysLeft ?? ''),
    behind: String(found.behind ?? ''),
    status: found.status,
    update_needed: found.status !== 'fresh' && found.status !== 'unknown',
    asset_name: asset?.name ?? '',
    asset_url: asset?.url ?? '',
    sha256: asset?.sha256 ?? '',
  }
  await runner.summary(summary(outputs))
  report(outputs, found, inputs, step)
  return outputs
}
