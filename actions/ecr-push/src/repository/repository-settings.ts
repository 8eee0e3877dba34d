import {
  type EcrSettings,
  Failure,
  type Job,
  type Repository,
  readPolicyFile,
  reason,
  sentence,
  writeSetting,
} from '@container-actions/core'

/** The settings that the step applies to the repository, and never removes. */
export interface RepositorySettings {
  /** Path of the policy file, relative to the workspace. */
  readonly policyFile: string | undefined
  readonly scanOnPush: boolean
}

/** The policy in a file, on one line. */
export function policyIn(path: string): string {
  const found = readPolicyFile(path)
  const name = JSON.stringify(path)
  if (found.kind === 'missing' || found.kind === 'unreadable') {
    const cure = found.kind === 'missing' ? ' Check out the sources before this step, or' : ' Or'
    throw new Failure(
      `Input 'repo_policy_file' is ${name}, which cannot be read in ${process.cwd()}: ${sentence(found.why)}${cure} remove 'set_repo_policy'.`,
    )
  }
  if (found.kind === 'not_json') throw new Failure(`The policy in ${name} is not valid JSON: ${reason(found.error)}`)
  if (found.kind === 'policy' && 'Statement' in found.policy) return JSON.stringify(found.policy)
  throw new Failure(`The policy in ${name} has no 'Statement'.`)
}

/** Applies settings that differ; a policy is always set, because AWS stores it in its own formatting. */
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
