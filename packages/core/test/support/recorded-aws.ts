import { awsFailure } from '../../src/aws/failure.ts'
import type { AwsSession } from '../../src/credentials/session.ts'

/** A call as it left for AWS. */
export interface RecordedCall {
  readonly action: string
  readonly repository: string | undefined
  readonly input: unknown
}

const echo = async (input: unknown) => input

/** A client whose every operation gives its input back. It is awaited, so that it must not seem to be a promise. */
const client = new Proxy(
  { send: async ({ input }: { input: unknown }) => input },
  { get: (own, name) => (name === 'then' ? undefined : (Reflect.get(own, name) ?? echo)) },
)

/** A session that keeps its calls and answers each with `answer`; an error of AWS where that is one. */
export function recordedAws(answer: object = {}) {
  const calls: RecordedCall[] = []
  const session = {
    region: 'eu-central-1',
    ecr: async () => client,
    async call(action: string, send: (options: { abortSignal: AbortSignal }) => Promise<unknown>, repository?: string) {
      calls.push({ action, repository, input: await send({ abortSignal: new AbortController().signal }) })
      if (answer instanceof Error) throw awsFailure(answer, { action, region: 'eu-central-1', source: 'the test' })
      return answer
    },
  }
  return { calls, session: session as unknown as AwsSession }
}

/** An error as the SDK gives it. */
export const awsError = (name: string, message = 'What AWS says.'): Error => Object.assign(new Error(message), { name })
