import {
  type EcrSettings,
  Failure,
  type Job,
  type Repository,
  readText,
  reason,
  sentence,
  writeSetting,
} from '@container-actions/core'

/** What the step sets of the repository, and never unsets. */
export interface RepositorySettings {
  /** File with the policy, from the workspace. */
  readonly policyFile: string | undefined
  readonly scanOnPush: boolean
}

function read(path: string): string {
  try {
    return readText(path)
  } catch (error) {
    throw new Failure(
      `Input 'repo_policy_file' is ${JSON.stringify(path)}, which cannot be read in ${process.cwd()}: ${sentence(reason(error))} Check out the sources before this step, or leave 'set_repo_policy' out.`,
    )
  }
}

/** The policy in a file, in one line. */
export function readPolicyFile(path: string): string {
  const text = read(path)
  try {
    const policy: unknown = JSON.parse(text)
    if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return JSON.stringify(policy)
  } catch (error) {
    throw new Failure(`The policy in ${JSON.stringify(path)} is no JSON: ${reason(error)}`)
  }
  throw new Failure(`The policy in ${JSON.stringify(path)} has no 'Statement'.`)
}

/** Sets what differs; a policy is always set, since AWS stores it in a spelling of its own. */
export async function applySettings(
  repository: Repository,
  wanted: { readonly policy: string | undefined; readonly scanOnPush: boolean },
  settings: Pick<EcrSettings, 'setPolicy' | 'setScanOnPush'>,
  job: Job,
): Promise<void> {
  if (wanted.scanOnPush && !repository.scanOnPush) {
    const setScan = () => settings.setScanOnPush(repository, true)
    await writeSetting(`the scan of repository ${repository.name} was turned on`, setScan, job)
    job.changed(`turned on the scan of repository ${repository.name}`)
  }
  if (wanted.policy !== undefined) {
    const { policy } = wanted
    const setPolicy = () => settings.setPolicy(repository, policy, { force: false })
    await writeSetting(`the policy of repository ${repository.name} was set`, setPolicy, job)
    job.changed(`set the policy of repository ${repository.name}`)
  }
}
