import type { Fault } from '../../../packages/ecr-local/src/index.ts'
import type { Given } from '../../support/ecr-repository.ts'

/** What an error of ECR makes of a step that gets it: one line. */
export type ErrorCase = readonly [when: string, given: Given, struck: Fault, line: RegExp]

/** The errors that an action can meet. */
export interface ActionErrors {
  readonly action: string
  /** Where the repository `team/app` is there. */
  readonly found: readonly ErrorCase[]
  /** Where it is not. */
  readonly missing: readonly ErrorCase[]
}

/** The API answers an operation with an error, in its own words where no message is given. */
export const fault = (operation: string, error: string, message?: string): Fault => ({
  operation,
  service: 'ecr',
  error,
  ...(message === undefined ? {} : { message }),
})

/** The denied call and the statement that allows it. */
export const denied = (action: string, resource = 'team/app') =>
  new RegExp(
    `^AWS denies ecr:${action} .*"Effect":"Allow","Action":"ecr:${action}","Resource":"(?:arn:aws:ecr:.*:repository/${resource}|\\*)"`,
  )

/** Errors of the first call of an action, in the words that all actions have for them. */
export const ofFirstCall = (given: Given): readonly ErrorCase[] => [
  [
    'session expired',
    given,
    fault('DescribeRepositories', 'ExpiredTokenException'),
    /^The AWS session from .* has expired\. Get new credentials before this step\.$/,
  ],
  [
    'throttled',
    given,
    fault('DescribeRepositories', 'ThrottlingException'),
    /^AWS still throttles ecr:DescribeRepositories in eu-central-1 after all retries/,
  ],
  [
    "AWS's own error",
    given,
    fault('DescribeRepositories', 'ServerException'),
    /^ecr:DescribeRepositories for repository 'team\/app' failed with an AWS server error in eu-central-1, after all retries: Internal error\. Run the job again\.$/,
  ],
]
