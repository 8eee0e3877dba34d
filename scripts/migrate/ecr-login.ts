import type { Step, StepInput } from './step.ts'
import type { Change, Surroundings, Translation } from './translation.ts'

/** A literal boolean; `undefined` if it is computed at run time. */
const literal = (input: StepInput): boolean | undefined =>
  input.value === undefined || !/^(?:true|false)$/i.test(input.value.trim()) ? undefined : /true/i.test(input.value)

const unknown = (input: StepInput): Translation => ({
  left: `Its input '${input.name}' is decided in the run. Write true or false.`,
  input,
})

/** aws-actions/amazon-ecr-login. */
export function ecrLogin({ inputs, id }: Step, { text }: Surroundings): Translation {
  const changes: Change[] = []
  const proxy = inputs.get('http-proxy')
  if (proxy !== undefined) {
    return { left: "It has 'http-proxy'. ecr-login takes HTTPS_PROXY and NO_PROXY from the step's env.", input: proxy }
  }
  const type = inputs.get('registry-type')
  if (type !== undefined) {
    if (type.value !== 'public' && type.value !== 'private') {
      return { left: "Its input 'registry-type' is decided in the run. Write public or private.", input: type }
    }
    changes.push({ kind: 'remove', input: type })
    if (type.value === 'public') {
      const registries = inputs.get('registries')
      if (registries !== undefined) changes.push({ kind: 'remove', input: registries })
      changes.push({ kind: 'add', name: 'registries', value: 'public' })
    }
  }
  const skip = inputs.get('skip-logout')
  if (skip !== undefined) {
    const skipped = literal(skip)
    if (skipped === undefined) return unknown(skip)
    changes.push({ kind: 'remove', input: skip })
    if (skipped) changes.push({ kind: 'add', name: 'logout', value: 'false' })
  }
  const mask = inputs.get('mask-password')
  if (mask !== undefined) {
    if (literal(mask) !== true) {
      return {
        left: "It hands passwords to other jobs with 'mask-password: false'. ecr-login masks each; log in once in every job that needs it.",
        input: mask,
      }
    }
    changes.push({ kind: 'remove', input: mask })
  }
  if (id !== undefined && text.includes(`steps.${id}.outputs.docker_`)) {
    changes.push({ kind: 'add', name: 'output_credentials', value: 'true' })
  }
  return { action: 'ecr-login', changes }
}
