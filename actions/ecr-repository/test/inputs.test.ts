import { Failure } from '@container-actions/core'
import { inputsOf } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { readInputs } from '../src/inputs.ts'

const read = (inputs: Record<string, string>) => {
  const input = inputsOf(inputs, { AWS_REGION: 'eu-west-1' })
  const read = readInputs(input)
  input.check()
  return read
}

test('the inputs of a step', () => {
  expect(read({ repo: 'team/app', create: 'true', account_id: '42' })).toEqual({
    aws: { region: 'eu-west-1', accountId: '000000000042', keys: undefined },
    repo: 'team/app',
    create: true,
  })
})

test('all mistakes of a step are told together', () => {
  expect(() => read({ repo: 'Team', create: 'perhaps', region: 'Ireland' })).toThrow(
    new Failure(
      [
        "Input 'region' must be the name of an AWS region like eu-central-1; it is 'Ireland'.",
        `Input 'repo' is not a name that ECR takes: "Team" has "T". ECR takes lower-case letters and digits, with . _ - / between them; where a branch is part of the name, use an output of branch-name that fits: ecr_path or ecr_segment.`,
        "Input 'create' must be true or false; it is 'perhaps'.",
      ].join(' '),
    ),
  )
})
