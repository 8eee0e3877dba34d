import { type AwsSettings, type InputReader, readAwsSettings, readRepositoryName } from '@container-actions/core'

export interface Inputs {
  readonly aws: AwsSettings
  readonly repo: string
  readonly create: boolean
}

export const readInputs = (input: InputReader): Inputs => ({
  aws: readAwsSettings(input),
  repo: readRepositoryName(input, 'repo'),
  create: input.boolean('create'),
})
