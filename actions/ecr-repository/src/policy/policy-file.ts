import { checkWorkspacePath, type Environment, Failure, readPolicyFile } from '@container-actions/core'
import type { JsonObject } from './json.ts'
import { checkedPolicy, notAnObject, type PolicyFor, type PolicyForm, type PolicyInput } from './policy-input.ts'

/** The policy of an input, read from its file if it names one, relative to the working directory. */
export function loadPolicy(given: PolicyInput, form: PolicyForm, env: Environment): PolicyFor {
  if (given.kind === 'policy') return given.policy
  const { input, example } = form
  const path = JSON.stringify(given.file)
  const named = `Input '${input}' names the file ${path}`
  checkWorkspacePath(named, given.file, env)
  const found = readPolicyFile(given.file)
  if (found.kind === 'missing') {
    throw new Failure(
      `Input '${input}' is ${path}, which is neither JSON in { and }, nor a preset like '${example}', nor a file in ${process.cwd()}. Check out the sources before this step.`,
    )
  }
  if (found.kind === 'unreadable') throw new Failure(`${named}, which cannot be read: ${found.why}`)
  if (found.kind !== 'policy') throw new Failure(notAnObject(`${named}, which`, found))
  const checked = checkedPolicy(`${named}, which`, found.policy as JsonObject, form)
  if (checked.kind === 'policy') return checked.policy
  throw new Failure(checked.line)
}
