import { globSync, readFileSync } from 'node:fs'
import type { EcrLocal } from '../../packages/ecr-local/src/index.ts'
import { type Ended, runProgram } from './client-programs.ts'

/** Debian's package. The first `aws` in the PATH may be another. */
export const AWS = '/usr/bin/aws'

/** The AWS CLI against an ecr-local. */
export interface AwsCli {
  /** Run `aws SERVICE OPERATION …`, which must succeed and print JSON, or nothing, of the form that the caller says. */
  json<T = object>(...args: string[]): Promise<T>
  /** Run it, whatever comes of it. */
  run(...args: string[]): Promise<Ended>
}

/** @param extra environment, over the server's own */
export function awsCli(ecr: EcrLocal, extra: Record<string, string> = {}): AwsCli {
  const env = {
    ...ecr.environment,
    AWS_DEFAULT_REGION: ecr.region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    ...extra,
  }
  // Debian 12's is 2.9, from before AWS_ENDPOINT_URL_ECR.
  const run = (...args: string[]) =>
    runProgram(AWS, ['--endpoint-url', ecr.endpoint, '--output', 'json', ...args], { env })
  return {
    run,
    async json<T>(...args: string[]) {
      const { code, stdout, stderr } = await run(...args)
      if (code !== 0) throw new Error(`aws ${args.join(' ')} ended with ${code}: ${stderr}`)
      return JSON.parse(stdout.trim() || '{}') as T
    },
  }
}

/** The operations of the ECR API that this AWS CLI knows. */
export function operationsOfCli(): string[] {
  const [model = ''] = globSync('/usr/lib/python3/dist-packages/awscli/botocore/data/ecr/*/service-2.json')
  return Object.keys(JSON.parse(readFileSync(model, 'utf8')).operations)
}
