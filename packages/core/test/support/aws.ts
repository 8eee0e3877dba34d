import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { vi } from 'vitest'
import type { AwsSettings } from '../../src/aws/settings.ts'
import type { Environment } from '../../src/base/environment.ts'
import { type AwsSession, awsSession } from '../../src/credentials/session.ts'
import { ecrOf } from '../../src/ecr/client.ts'
import type { Ecr } from '../../src/ecr/ecr.ts'
import { memoryJob } from '../../src/testing.ts'

/** Nothing that this machine knows of AWS; the SDK reads the process's own environment. */
const NOTHING: Environment = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_DEFAULT_PROFILE: undefined,
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: undefined,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined,
  AWS_WEB_IDENTITY_TOKEN_FILE: undefined,
  AWS_ROLE_ARN: undefined,
  AWS_EC2_METADATA_SERVICE_ENDPOINT: undefined,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: undefined,
  ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined,
}

/** Until `vi.unstubAllEnvs()`, the process has `environment` and nothing else about AWS. */
export function stubAws(environment: Environment): void {
  for (const [name, value] of Object.entries({ ...NOTHING, ...environment })) vi.stubEnv(name, value)
}

export const REGION = 'eu-central-1'

/** A session and its ECR, as an action would open them, and the job that they belong to. */
export function openAws(
  settings: Partial<AwsSettings> = {},
  signal?: AbortSignal,
  expectedAccount?: string,
): { session: AwsSession; ecr: Ecr; job: ReturnType<typeof memoryJob> } {
  const job = memoryJob({ ...process.env }, signal === undefined ? {} : { signal })
  const session = awsSession(
    { region: REGION, accountId: undefined, keys: undefined, role: undefined, ...settings },
    job,
    { expectedAccount },
  )
  return { session, ecr: ecrOf(session, settings.accountId), job }
}

/** An endpoint that gives every request the same answer, and counts them. */
export async function oneAnswer(status: number, body: string | object) {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    request.resume().on('end', () => {
      response.writeHead(status, {
        'content-type': typeof body === 'string' ? 'text/html' : 'application/x-amz-json-1.1',
      })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
