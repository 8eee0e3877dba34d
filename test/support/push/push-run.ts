import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ListImagesCommand } from '@aws-sdk/client-ecr'
import { type Job, leaks, type Step, type StepHandle } from '../../../packages/runner-harness/src/index.ts'
import type { With } from '../../../packages/runner-harness/src/inputs.ts'
import { clientOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import type { EcrProcess } from '../../../packages/stand-ins/src/ecr-process.ts'
import { imageText } from '../image-config.ts'

/** What every run pushes; the first one with the layers. */
export const TAGS = ['1', '2', 'latest'] as const

/** An account of AWS that nobody else uses: a registry and keys of its own, so that faults strike one run alone. */
export interface PushAccount {
  readonly id: string
  readonly keys: Readonly<Record<string, string>>
}

let accounts = 0

export function newAccount(): PushAccount {
  const id = String(100_000_000_000 + ++accounts)
  return { id, keys: { AWS_ACCESS_KEY_ID: `ECRLOCAL${id}` } }
}

/** Named after the account, so that runs which share an engine are not in each other's way there. */
const repositoryOf = ({ id }: Pick<PushAccount, 'id'>): string => `app-${id}`

const serverOf = (ecr: EcrProcess, { keys }: PushAccount) => ({ ...ecr, environment: { ...ecr.environment, ...keys } })

const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'pull', Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
}

/**
 * Starts a step that uses as much of the action as it can; the image is of a few bytes, and like no other.
 *
 * @param fill changes the build context
 */
export function startPush(
  job: Job,
  { id, keys }: PushAccount,
  given: With = {},
  fill: (folder: string) => void = () => {},
): StepHandle {
  const folder = join(job.folders.workspace, id)
  mkdirSync(folder)
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY app /app\n')
  writeFileSync(join(folder, 'app'), id)
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(POLICY))
  fill(folder)
  return job.start('ecr-push', {
    env: keys,
    with: {
      ...{ repo: repositoryOf({ id }), create_repo: true, tags: TAGS.join(), assume_role: 'push', registry_ids: id },
      ...{ set_repo_policy: true, repo_policy_file: `${id}/policy.json`, image_scanning_configuration: true },
      ...{ dockerfile: `${id}/Dockerfile`, path: id, wait_for_docker: '120s', ...given },
    },
  })
}

/** The tags that the account's repository has, with their digests. */
export async function tagsOf(ecr: EcrProcess, account: PushAccount): Promise<Record<string, string>> {
  const { imageIds = [] } = await clientOf(serverOf(ecr, account))
    .send(new ListImagesCommand({ repositoryName: repositoryOf(account), filter: { tagStatus: 'TAGGED' } }))
    .catch((error: Error) => {
      if (error.name !== 'RepositoryNotFoundException') throw error
      return { imageIds: [] }
    })
  return Object.fromEntries(imageIds.map(({ imageTag = '', imageDigest = '' }) => [imageTag, imageDigest]))
}

export const errorsOf = (step: Step): string[] =>
  step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)

/** What the line of a failed step says has been written of the tags. */
const toldTags = (line: string): string[] =>
  [...line.matchAll(/\b(?:pushed|tagged) app-\d+:([^\s;.]+)/g)].map(([, tag]) => tag ?? '')

/**
 * What is wrong with how a step ended, whatever the fault was: it has to end in success with all tags right, or in one
 * line without a stack that names every tag which was written. Empty where nothing is.
 */
export function defectsOf(step: Step, tags: Readonly<Record<string, string>>): string[] {
  const lines = errorsOf(step)
  const [line = ''] = lines
  if (step.conclusion === 'success') {
    const wrong = TAGS.filter((tag) => tags[tag] !== step.outputs['digest'])
    return wrong.map((tag) => `succeeded, and tag ${tag} is ${tags[tag]}`)
  }
  const told = toldTags(line)
  return [
    ...(lines.length === 1 ? [] : [`has ${lines.length} errors: ${lines.join(' | ')}`]),
    ...(line.includes('\n') || /^\s+at /m.test(step.log) ? [`has no single line: ${line}`] : []),
    ...Object.keys(tags).flatMap((tag) => (told.includes(tag) ? [] : [`says nothing about tag ${tag}: ${line}`])),
    ...told.flatMap((tag) => (tag in tags ? [] : [`tells of tag ${tag}, which is not there: ${line}`])),
  ]
}

/** The tags of which some have another image than the one that was built, whatever became of the step. */
export async function foreignTags(ecr: EcrProcess, account: PushAccount, tags: Readonly<Record<string, string>>) {
  const texts = Object.values(tags).map((digest) => imageText(serverOf(ecr, account), repositoryOf(account), digest))
  const foreign = (await Promise.all(texts)).map((text) => !text.includes(account.id))
  return Object.keys(tags).filter((_, index) => foreign[index])
}

/** What a job leaves behind when all of its steps have ended: secrets, files, processes. Ends the job. */
export async function remainsOf(job: Job, ecr: EcrProcess): Promise<string[]> {
  const masks = new Set(job.steps.flatMap((step) => step.masks))
  const secrets = [ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...masks]
  const found = leaks(job, secrets).map(({ place, at }) => `secret in ${place}: ${at}`)
  const files = (job.steps.at(-1)?.files.temp ?? []).map((file) => `file: ${file}`)
  const { orphans } = await job.end()
  return [...found, ...files, ...orphans.map(({ argv }) => `process: ${argv.join(' ')}`)]
}
