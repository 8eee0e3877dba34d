import { ECRClient } from '@aws-sdk/client-ecr'
import { STSClient } from '@aws-sdk/client-sts'

/** What a client needs to know of a server, in this process or in another. */
interface Server {
  readonly endpoint: string
  readonly region: string
  readonly environment: Record<string, string>
}

interface Who {
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly region?: string
  /** Milliseconds by which the client's clock is wrong. */
  readonly systemClockOffset?: number
}

const configuration = (server: Server, who: Who) => ({
  endpoint: server.endpoint,
  region: who.region ?? server.region,
  maxAttempts: 1,
  systemClockOffset: who.systemClockOffset ?? 0,
  credentials: {
    accessKeyId: who.accessKeyId ?? String(server.environment['AWS_ACCESS_KEY_ID']),
    secretAccessKey: who.secretAccessKey ?? String(server.environment['AWS_SECRET_ACCESS_KEY']),
    ...(who.sessionToken !== undefined && { sessionToken: who.sessionToken }),
  },
})

/** The SDK's client as a user has it, without retries so that each error is seen once. */
export const ecrClient = (server: Server, who: Who = {}) => new ECRClient(configuration(server, who))

export const stsClient = (server: Server, who: Who = {}) => new STSClient(configuration(server, who))
