import { dockerOf, type Job, type Manifest, notedExec, type Repository } from '@container-actions/core'
import { buildImage } from './build.ts'
import type { Inputs } from './inputs.ts'
import type { Ports } from './main.ts'
import type { Negotiated } from './negotiation.ts'
import { applySettings } from './repository-settings.ts'
import { soughtImage } from './reuse.ts'
import type { Tags } from './tag-plan.ts'
import { withBuilder } from './with-builder.ts'

/** What the step found. */
export interface Findings {
  readonly repository: Repository
  readonly missing: boolean
  readonly policyText: string | undefined
  readonly how: Negotiated
  readonly tags: Tags
  /** The image that gets the tags in place of one that is built. */
  readonly existing: Manifest | undefined
}

const call = (operation: string, { name }: Repository, value: string): string => `ecr:${operation} ${name} ${value}`

/** The calls that change the repository itself. */
async function settingCalls({ repository, missing, policyText }: Findings, inputs: Inputs, job: Job) {
  const lines = missing ? [`ecr:CreateRepository ${repository.name}`] : []
  const noted = {
    async setScanOnPush() {
      lines.push(call('PutImageScanningConfiguration', repository, '{"scanOnPush":true}'))
    },
    async setPolicy(_: unknown, text: string) {
      lines.push(call('SetRepositoryPolicy', repository, text))
    },
  }
  await applySettings(repository, { policy: policyText, scanOnPush: inputs.settings.scanOnPush }, noted, job)
  return lines
}

/** The commands of build and push, each as JSON with one text for each argument. */
async function commandLines({ repository, tags, how }: Findings, inputs: Inputs, job: Job): Promise<string[]> {
  const exec = notedExec()
  const { prebuildScript } = inputs
  const noting: Job = Object.create(job, { exec: { value: exec } })
  const docker = dockerOf(noting)
  const reference = `${repository.uri}:${tags[0]}`
  // Nothing is made, so that nothing can be in its way.
  const negotiation = { how, without: () => how }
  await withBuilder(negotiation, repository, docker, noting, async (found) => {
    if (prebuildScript !== undefined) await exec.run(prebuildScript[0], prebuildScript.slice(1))
    const image = await buildImage(reference, inputs, { how: found, repository, login: {} }, docker, noting)
    // Nothing is pushed, so that there is no digest to find in what the command says.
    await image.push(reference, {}).catch(() => undefined)
  })
  return exec.commands.map((command) => JSON.stringify(command))
}

/** The tags that are to be pointed at the image. */
async function tagCalls({ repository, tags, existing }: Findings, ports: Pick<Ports, 'ecr'>): Promise<string[]> {
  const now = existing && (await ports.ecr.manifests(repository, tags))
  const open = now === undefined ? tags.slice(1) : tags.filter((tag) => now.get(tag)?.digest !== existing?.digest)
  return open.map((tag) => call('PutImage', repository, JSON.stringify({ imageTag: tag })))
}

/** Everything that the step would change or run, in its order, a line each. */
export async function plannedCalls(
  findings: Findings,
  inputs: Inputs,
  ports: Pick<Ports, 'ecr'>,
  real: Job,
): Promise<string[]> {
  const { existing } = findings
  const job: Job = Object.create(real, {
    changed: { value: () => undefined },
    phase: { value: (_title: string, work: () => Promise<unknown>) => work() },
  })
  const skips = soughtImage(inputs) !== undefined && existing !== undefined
  return [
    ...(skips ? [] : await settingCalls(findings, inputs, job)),
    ...(existing === undefined ? await commandLines(findings, inputs, job) : []),
    ...(await tagCalls(findings, ports)),
  ]
}
