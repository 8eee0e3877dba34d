import { expect } from 'vitest'
import type { Step } from '../../../../packages/runner-harness/src/index.ts'
import type { Server } from '../../../../packages/stand-ins/src/ecr-client.ts'
import { imageConfig } from '../../../support/image-config.ts'

export const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'

/** The name of the repository that is pushed to. */
export const REPO = 'app'

const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'pull', Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
}

/** The workspace of every case. */
export const WORKSPACE = {
  Dockerfile: 'FROM scratch\nARG who=nobody\nLABEL who=$who\nCOPY app /app\n',
  'docker/Dockerfile': 'FROM scratch\nLABEL from=docker\nCOPY app /app\n',
  app: 'an app',
  'sub/Dockerfile': 'FROM scratch\nLABEL from=sub\n',
  'sub/app': 'another app',
  'repo-policy.json': JSON.stringify(POLICY),
  'other.json': JSON.stringify(POLICY),
  'prepare.sh':
    '#!/bin/sh\nprintf \'FROM scratch\\nLABEL args="%s/%s"\\nCOPY app /app\\n\' "$1" "$2" > Dockerfile.made\n',
  'fail.sh': '#!/bin/sh\necho "no licence" >&2\nexit 3\n',
}

/** Where a case pushes to. */
export interface Target extends Server {
  readonly account: string
  /** The calls of ECR and STS, in order. */
  readonly operations: readonly string[]
}

export type With = Readonly<Record<string, string | boolean>>

/** What one input of kciter/aws-ecr-action did, or should have done where it had a defect. */
export interface Case {
  readonly with: With | ((target: Target) => With)
  /** The runner's own variables, over those that hold the keys. */
  readonly machine?: Readonly<Record<string, string>>
  readonly before?: (target: Target) => Promise<void>
  readonly check: (step: Step, target: Target) => unknown
}

export const succeeds = (step: Step) => expect(step.conclusion, step.log).toBe('success')
export const errorOf = (step: Step) => step.annotations.find(({ level }) => level === 'error')?.message
export const labelsOf = async (target: Target) => (await imageConfig(target, REPO, SHA)).config.Labels
export const count = ({ operations }: Target, name: string) => operations.filter((each) => each === name).length
export const builds = (step: Step) => step.argv.some((argv) => argv.includes('build'))
