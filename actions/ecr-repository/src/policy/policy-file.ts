import { checkWorkspacePath, type Environment, Failure, readText, reason } from '@container-actions/core'
import { type PolicyFor, type PolicyForm, type PolicyInput, parsePolicy } from './policy-input.ts'

function read(path: string, { input, example }: PolicyForm): string {
  try {
    return readText(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOENT') {
      throw new Failure(
        `Input '${input}' names the file ${JSON.stringify(path)}, which cannot be read: ${reason(error)}`,
      )
    }
    throw new Failure(
      `Input '${input}' is ${JSON.stringify(path)}, which is neither JSON in { and }, nor a preset like '${example}', nor a file in ${process.cwd()}. Check out the sources before this step.`,
    )
  }
}

/** The policy of an input, read from its file if it names one, relative to the working directory. */
export function loadPolicy(given: PolicyInput, form: PolicyForm, env: Environment): PolicyFor {
  if ('policy' in given) return given.policy
  checkWorkspacePath(`Input '${form.input}' names the file ${JSON.stringify(given.file)}`, given.file, env)
  const policy = parsePolicy(read(given.file, form), form)
  if (typeof policy !== 'string') return policy
  throw new Failure(`Input '${form.input}' names the file ${JSON.stringify(given.file)}, which ${policy}.`)
}
