import type { GitHubEvent, Job } from '@container-actions/core'

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** In milliseconds; git only reads a file. */
const TIMEOUT = 5_000

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/** The payloads of pushes and merge queues have the time of the commit. */
function timeInEvent({ payload, sha }: GitHubEvent): Date | undefined {
  for (const source of [payload, payload['merge_group']]) {
    const commit = field(source, 'head_commit')
    const time = new Date(String(field(commit, 'timestamp')))
    if (sha !== '' && field(commit, 'id') === sha && !Number.isNaN(time.getTime())) return time
  }
  return undefined
}

/** Reads the raw commit object: git fetches nothing for it, and runs no program that the repository configures. */
async function timeInCheckout({ event: { sha }, exec, signal }: Job): Promise<Date | undefined> {
  if (!SHA.test(sha)) return undefined
  const env = { GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1' }
  try {
    const { exitCode, stdout } = await exec.run('git', ['cat-file', 'commit', sha], { env, timeout: TIMEOUT })
    const [, seconds] = /^committer .* (\d{1,11}) [+-]\d{4}$/m.exec(stdout) ?? []
    return exitCode === 0 && seconds !== undefined ? new Date(Number(seconds) * 1_000) : undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

/**
 * The time of the commit that the run is for, which is the same for every attempt; `undefined` if neither the event nor a
 * checkout in the workspace has it.
 */
export const commitTime = async (job: Job): Promise<Date | undefined> =>
  timeInEvent(job.event) ?? (await timeInCheckout(job))
