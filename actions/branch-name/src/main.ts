import { Failure, GitHubApiError, isDeleted, type Job, sourceOf } from '@container-actions/core'
import type { Inputs } from './inputs.ts'
import type { LookUp } from './lookup.ts'
import { jsonOf, type Names, namesOf, unsafeIn } from './names.ts'
import { type Answer, answered, openLine, type Question, questionOf } from './question.ts'
import { runNames } from './run-names.ts'
import { line, summary } from './summary.ts'
import { unsafeLine } from './unsafe-names.ts'

/** Outputs, named as in action.yml. */
export type Outputs = Names & {
  /** All other outputs as one JSON object. */
  readonly json: string
}

/** The part of a job that this action uses. */
export type BranchJob = Pick<Job, 'runner' | 'event' | 'phase'>

/** Queries GitHub for what the event does not contain. If GitHub does not respond, the step continues. */
async function ask(question: Question, inputs: Inputs, job: BranchJob, lookUp: LookUp): Promise<Answer | undefined> {
  const { runner } = job
  if (inputs.githubToken === undefined) {
    runner.notice(openLine(question, "The input 'github_token' is empty."))
    return undefined
  }
  runner.mask(inputs.githubToken)
  try {
    return await job.phase(`Ask GitHub about the ${question.about}`, () => lookUp(question))
  } catch (error) {
    if (!(error instanceof GitHubApiError)) throw error
    runner.notice(openLine(question, error.message))
    return undefined
  }
}

/** Determines what the run is on and what its event is about, and warns about dangerous names. */
export async function main(inputs: Inputs, job: BranchJob, lookUp: LookUp): Promise<Outputs> {
  const { event, runner } = job
  const names = runNames(event)
  const told = sourceOf(event)
  const question = questionOf(event, names, told)
  const answer = question && (await ask(question, inputs, job, lookUp))
  const findings = {
    names,
    source: question && answer ? answered(told, question, answer) : told,
    tagBranches: answer?.about === 'tag' ? answer.branches : [],
    deleted: isDeleted(event),
  }
  const found = namesOf(findings, inputs)
  const [unsafe, ...others] = inputs.unsafeNames === 'ignore' ? [] : unsafeIn(found, findings)
  if (unsafe !== undefined) {
    const text = unsafeLine([unsafe, ...others])
    if (inputs.unsafeNames === 'fail') throw new Failure(`${text} This step fails because of 'unsafe_names: fail'.`)
    runner.warning(text)
  }
  runner.info(line(found))
  await runner.summary(summary(found))
  return { ...found, json: jsonOf(found, findings) }
}
