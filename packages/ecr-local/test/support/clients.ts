import { ECRClient } from '@aws-sdk/client-ecr'
import { STSClient } from '@aws-sdk/client-sts'
import type { EcrLocal } from '../../src/index.ts'

interface Who {
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly region?: string
}

const configuration = (server: EcrLocal, who: Who) => ({
  endpoint: server.endpoint,
  region: who.region ?? server.region,
  maxAttempts: 1,
  credentials: {
    accessKeyId: who.accessKeyId ?? String(server.environment['AWS_ACCESS_KEY_ID']),
    secretAccessKey: who.secretAccessKey ?? String(server.environment['AWS_SECRET_ACCESS_KEY']),
    ...(who.sessionToken !== undefined && { sessionToken: who.sessionToken }),
  },
})

/** The SDK's client as a user has it, without retries so that each error is seen once. */
export const ecrClient = (server: EcrLocal, who: Who = {}) => new ECRClient(configuration(server, who))

export const stsClient = (server: EcrLocal, who: Who = {}) => new STSClient(configuration(server, who))
