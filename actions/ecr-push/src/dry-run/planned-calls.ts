import {
  dockerOf,
  type EngineImage,
  type EngineImages,
  type Job,
  jobWith,
  type Manifest,
  type Repository,
  recordingExec,
} from '@container-actions/core'
import { buildImage } from '../build/build.ts'
import type { BuilderChoice } from '../builder/choose-builder.ts'
import { isOwnName, withEngineNames } from '../builder/engine-names.ts'
import { withBuilder } from '../builder/with-builder.ts'
import type { Inputs } from '../inputs.ts'
import type { Ports } from '../ports.ts'
import { applySettings } from '../repository/repository-settings.ts'
import { soughtImage } from '../reuse/reuse.ts'
import type { Tags } from '../tags/plan.ts'

/** The findings of the step. */
export interface Findings {
  readonly repository: Repository
  readonly missing: boolean
  readonly policyText: string | undefined
  readonly choice: BuilderChoice
  readonly tags: Tags
  /** The existing image that gets the tags, instead of a new one. */
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

/** An engine with the built image; changes of its names are recorded as equivalent docker commands. */
function notedImages(note: (...command: string[]) => void): EngineImages {
  const named = new Map<string, EngineImage>()
  const built: EngineImage = { id: 'built', names: [], digests: [] }
  return {
    find: async (name) => named.get(name) ?? (isOwnName(name) ? built : undefined),
    async tag(image, name) {
      note('docker', 'tag', image, name)
      named.set(name, built)
      return true
    },
    async remove(name) {
      note('docker', 'image', 'rm', name)
      named.delete(name)
    },
    close: () => undefined,
  }
}

/** The commands of build and push, each as a JSON list of arguments. */
async function commandLines({ repository, tags, choice }: Findings, inputs: Inputs, job: Job): Promise<string[]> {
  const exec = recordingExec()
  const { commands } = exec
  const images = notedImages((...command) => void commands.push(command))
  const { prebuildScript } = inputs
  const noting = jobWith(job, { exec })
  const docker = dockerOf(noting)
  const references = tags.map((tag) => `${repository.uri}:${tag}`)
  const [reference = repository.uri] = references
  // Nothing is created, so nothing can conflict with it.
  const plan = { choice, fallback: () => choice }
  await withBuilder(plan, repository, docker, noting, async (found) => {
    if (prebuildScript !== undefined) await exec.run(prebuildScript[0], prebuildScript.slice(1))
    await withEngineNames(images, noting, async (names) => {
      const image = await buildImage(reference, inputs, { choice: found, repository, login: {}, names }, docker, noting)
      // Nothing is pushed, so the command's output contains no digest.
      await image.push(reference, {}).catch(() => undefined)
      if (inputs.load && found.output === 'engine') await names.keep(names.own, references)
    })
  })
  return commands.map((command) => JSON.stringify(command))
}

/** The tags that would be pointed at the image. */
async function tagCalls({ repository, tags, existing }: Findings, ports: Pick<Ports, 'ecr'>): Promise<string[]> {
  const now = existing && (await ports.ecr.manifests(repository, tags))
  const open = now === undefined ? tags.slice(1) : tags.filter((tag) => now.get(tag)?.digest !== existing?.digest)
  return open.map((tag) => call('PutImage', repository, JSON.stringify({ imageTag: tag })))
}

/** Everything that the step would change or run, in order, one line each. */
export async function plannedCalls(
  findings: Findings,
  inputs: Inputs,
  ports: Pick<Ports, 'ecr'>,
  real: Job,
): Promise<string[]> {
  const { existing } = findings
  const job = jobWith(real, { changed: () => undefined, phase: (_title, work) => work() })
  const skips = soughtImage(inputs) !== undefined && existing !== undefined
  return [
    ...(skips ? [] : await settingCalls(findings, inputs, job)),
    ...(existing === undefined ? await commandLines(findings, inputs, job) : []),
    ...(await tagCalls(findings, ports)),
  ]
}
