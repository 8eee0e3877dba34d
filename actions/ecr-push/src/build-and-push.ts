import { type Environment, Failure, type Job } from '@container-actions/core'
import { buildImage, type ImageBuild, prepareFiles } from './build/build.ts'
import { type EngineNames, withEngineNames } from './builder/engine-names.ts'
import type { Inputs } from './inputs.ts'
import type { Ports } from './ports.ts'
import type { Ready } from './prepare.ts'
import { pushRefusal } from './push/explain-refusal.ts'
import { pushTags } from './push/push-tags.ts'
import { pushWithRetry } from './push/retry.ts'
import { guardOf, type Image, newerImage } from './reuse/reuse.ts'

/** Pulls an image that the builder pushed into the engine, by digest, and gives it its names. */
async function load({ repository, manifest, tags }: Image, names: EngineNames, ports: Ports, login: Environment) {
  const reference = `${repository.uri}@${manifest.digest}`
  const problem = await ports.docker.pull(reference, login)
  if (problem !== undefined) {
    throw new Failure(`Input 'load' is true, and ${reference} cannot be pulled into the engine: ${problem}`)
  }
  await names.keep(reference, references(repository, tags))
}

const references = ({ uri }: Image['repository'], tags: readonly string[]): string[] =>
  tags.map((tag) => `${uri}:${tag}`)

/** Pushes the image, unless its only tag already belongs to a newer run. */
async function push(image: ImageBuild, ready: Ready, inputs: Inputs, ports: Ports, job: Job): Promise<Image> {
  const { ecr } = ports
  const { repository, login, renew, there } = ready
  const { tags } = ready.plan
  const newer = await newerImage(repository, inputs, ports, job)
  if (newer !== undefined) return newer
  const explain = (reference: string) => pushRefusal(repository, reference.slice(repository.uri.length + 1), ecr)
  const retries: string[] = []
  const noted = (why: string) => void retries.push(why)
  const retrying = pushWithRetry(image, { retries: inputs.pushRetries, renew, explain, noted }, job)
  const target = { repository, tags, contentTag: inputs.contentTag, login, compat: inputs.build.compat }
  const guard = guardOf(repository, inputs, ports, job)
  return {
    repository,
    ...(await pushTags(target, guard, { image: { ...image, push: retrying }, ecr }, job)),
    ...{ there, retries, reason: '' },
    ...image.result(),
  }
}

async function withNames(names: EngineNames, ready: Ready, inputs: Inputs, ports: Ports, job: Job): Promise<Image> {
  const { repository, login, choice } = ready
  const reference = `${repository.uri}:${ready.plan.tags[0]}`
  await prepareFiles(inputs, login, ports.docker, job)
  const direct = choice.output === 'registry'
  const build = () => buildImage(reference, inputs, { choice, repository, login, names }, ports.docker, job)
  const image = await (direct ? build() : job.phase(`Build ${reference}`, build))
  const title = direct ? `Build and push ${reference}` : 'Push'
  const done = await job.phase(title, () => push(image, ready, inputs, ports, job))
  const isHere = !direct && done.reason === ''
  if (inputs.load && isHere) await names.keep(names.own, references(repository, done.tags))
  else if (inputs.load) await job.phase(`Load ${reference}`, () => load(done, names, ports, login))
  return done
}

/** Builds the image and tags it in the registry and, with `load`, in the engine, which is otherwise left as it was. */
export const buildAndPush = (ready: Ready, inputs: Inputs, ports: Ports, job: Job): Promise<Image> =>
  withEngineNames(ports.images, job, (names) => withNames(names, ready, inputs, ports, job))
