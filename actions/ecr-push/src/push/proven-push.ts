import { setTimeout as delay } from 'node:timers/promises'
import {
  backoff,
  type Ecr,
  type Environment,
  Failure,
  type Job,
  type Manifest,
  PushFailure,
  type Repository,
  sentence,
} from '@container-actions/core'
import type { ImageBuild } from '../build/build.ts'
import type { Tags } from '../tags/plan.ts'

/** Maximum number of pushes of an image. Conflicting jobs all wait for random times. */
const ROUNDS = 8

const PAUSES = { first: 250, longest: 8_000 }

/** The engine's error for a name that another job removed between two commands. */
const NAME_GONE = /^(?:An image does not exist locally with the tag|tag does not exist): /

export interface ProvenTarget {
  readonly repository: Repository
  /** All tags for the image. */
  readonly tags: Tags
  /** Tags that it can be pushed under. */
  readonly candidates: Tags
  /** The environment variables of Docker's login. */
  readonly login: Environment
}

/** A push after which the registry has the image that was built. */
export interface Proven {
  /** The tag that it was pushed under. */
  readonly tag: string
  readonly digest: string
  /** The manifests of the tags and the digest in the registry afterwards. */
  readonly there: ReadonlyMap<string, Manifest>
}

type Pushes = Pick<ImageBuild, 'choose' | 'push' | 'isBuilt'>

/** The pushed digest; `undefined` if the engine did not find the image by its name. */
async function pushOnce(reference: string, login: Environment, image: Pushes): Promise<string | undefined> {
  try {
    return await image.push(reference, login)
  } catch (error) {
    if (error instanceof PushFailure && NAME_GONE.test(error.said)) return undefined
    throw error
  }
}

/** The current state of the tags, for display. */
function held({ repository, tags }: ProvenTarget, there: ReadonlyMap<string, Manifest>, image: Pushes): string {
  const words = tags.flatMap((tag) => {
    const manifest = there.get(tag)
    if (manifest === undefined) return []
    return [`tag '${tag}' is ${manifest.digest}${image.isBuilt(manifest) ? '' : ', which this step did not build'}`]
  })
  return `In ${repository.name} now: ${words.join('; ') || 'none of the tags'}.`
}

const lost = (reference: string, rounds: number, now: string, why = ''): Failure =>
  new Failure(
    `The engine did not push the image that this step built: ${rounds === 1 ? 'once' : `${rounds} times`} another job took its name ${reference} before 'docker push' had read it.${why} ${now} Let only one job at a time push ${reference} from this engine, for example with 'concurrency:', or build with a builder of the driver docker-container.`,
  )

/**
 * Pushes until the registry has the image that was built. Other jobs on the same engine can take over the name, so the
 * engine may push their image under our tag; in that case the push is repeated.
 *
 * @throws {Failure} with the current state of the tags
 */
export async function provenPush(
  target: ProvenTarget,
  image: Pushes,
  ecr: Pick<Ecr, 'manifests'>,
  job: Job,
  pause: (milliseconds: number) => Promise<unknown> = (milliseconds) =>
    delay(milliseconds, undefined, { signal: job.signal }),
): Promise<Proven> {
  const { repository, tags, candidates, login } = target
  const references = candidates.map((tag) => `${repository.uri}:${tag}`) as [string, ...string[]]
  const noted = new Set<string>()
  let last: ReadonlyMap<string, Manifest> | undefined
  for (let round = 1; ; round++) {
    const reference = await image.choose(references)
    const tag = reference.slice(repository.uri.length + 1)
    const name = `${repository.name}:${tag}`
    const push = () => pushOnce(reference, login, image)
    const digest = await job.changing(`${name} was pushed`, push).catch((error) => {
      // An immutable tag keeps the other job's image.
      if (last === undefined || !(error instanceof PushFailure)) throw error
      throw lost(reference, round - 1, held(target, last, image), ` ${sentence(error.message)}`)
    })
    if (digest !== undefined && !noted.has(tag)) job.changed(`pushed ${name}`)
    if (digest !== undefined) noted.add(tag)
    const there = await ecr.manifests(repository, digest === undefined ? tags : [...tags, digest])
    const manifest = digest === undefined ? undefined : there.get(digest)
    // A missing manifest was deleted, and another push would not fix that.
    if (digest !== undefined && (manifest === undefined || image.isBuilt(manifest))) return { tag, digest, there }
    if (round === ROUNDS) throw lost(reference, round, held(target, there, image))
    last = there
    job.runner.info(
      `Another job on this engine took the name ${reference}, so ${digest === undefined ? 'nothing' : `its image ${digest}`} was pushed. Pushing this step's image again (${round} of ${ROUNDS - 1}).`,
    )
    await pause(backoff(round - 1, PAUSES))
  }
}
