import { type Ecr, Failure, type Job, type Manifest, type Repository } from '@container-actions/core'
import { LATEST } from './plan.ts'
import { type Order, orderOf, type Run, runOfEvent, runOfImage } from './run-order.ts'

/** Keeps an older run from moving `latest` back over the image of a newer one. */
export interface LatestGuard {
  /** Whether the image of `latest` belongs to a newer run than this one; if unknown, no. */
  isNewer(latest: Manifest | undefined): Promise<boolean>
  isOlder(latest: Manifest): Promise<boolean>
  /** Reads the current `latest`, as shortly before the move as possible. */
  readonly mayMove: () => Promise<boolean>
}

const words = ({ name }: Repository, { digest }: Manifest, theirs: Run, ours: Run) =>
  `'latest' of ${name} is not moved: ${digest} belongs to run ${theirs.id}, which is newer than this run ${ours.id}. Set 'latest: true' to insist on it.`

const UNNAMED = ({ digest }: Manifest) =>
  `${digest} has no labels that name its run. Images that this action builds with 'auto_labels: true' have them.`

const REPLACED = "the input 'labels' replaces those that name this run."

/**
 * A guard for one repository; it reads the labels of each image once. Without a run of our own, there is no guard.
 *
 * @param given labels of the user, `name=value`
 */
export function latestGuard(
  repository: Repository,
  ecr: Pick<Ecr, 'labels' | 'manifest'>,
  { event, runner, signal }: Pick<Job, 'event' | 'runner' | 'signal'>,
  given: readonly string[] = [],
): LatestGuard | undefined {
  if (runOfEvent(event) === undefined) return undefined
  const ours = runOfEvent(event, given)
  const orders = new Map<string, Order>()
  const unknown = (why: string) => {
    runner.notice(`Moving 'latest' of ${repository.name} without checking which run is newer: ${why}`)
    return undefined
  }
  const runOf = async (latest: Manifest) => {
    try {
      return runOfImage(await ecr.labels(repository, latest)) ?? unknown(UNNAMED(latest))
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Failure)) throw error
      return unknown(error.message)
    }
  }
  const order = async (latest: Manifest): Promise<Order> => {
    const known = orders.get(latest.digest)
    if (known !== undefined) return known
    const theirs = ours === undefined ? unknown(REPLACED) : await runOf(latest)
    const found = ours === undefined ? 'unknown' : orderOf(theirs, ours)
    orders.set(latest.digest, found)
    if (found === 'newer' && theirs !== undefined && ours !== undefined)
      runner.notice(words(repository, latest, theirs, ours))
    return found
  }
  return {
    isNewer: async (latest) => latest !== undefined && (await order(latest)) === 'newer',
    isOlder: async (latest) => (await order(latest)) === 'older',
    async mayMove() {
      for (;;) {
        const latest = await ecr.manifest(repository, { tag: LATEST })
        if (latest === undefined) return true
        const known = orders.has(latest.digest)
        if ((await order(latest)) === 'newer') return false
        // Reading the labels takes time, in which another run may have moved it.
        if (known) return true
      }
    },
  }
}
