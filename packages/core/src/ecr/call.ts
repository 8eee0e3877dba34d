import type { ECR } from '../aws/aws-sdk.ts'
import type { AwsSession } from '../credentials/session.ts'

/** Makes ECR calls in a session, like its `call`; `send` gets the SDK's client. */
export const ecrCaller =
  (session: Pick<AwsSession, 'call' | 'ecr'>) =>
  <T>(
    action: string,
    send: (ecr: ECR, options: { abortSignal: AbortSignal }) => Promise<T>,
    repository?: string,
  ): Promise<T> =>
    session.call(action, async (options) => send(await session.ecr(), options), repository)
