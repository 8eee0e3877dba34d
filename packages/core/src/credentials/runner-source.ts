import type { Credentials } from '../aws/credential-provider.ts'
import type { AwsHttp } from '../aws/http.ts'
import type { Sts } from '../aws/sts.ts'
import { Failure, sentence } from '../base/failure.ts'

/** One place on the runner that has credentials. */
export interface RunnerSource {
  /** In words, behind `from`. */
  readonly name: string
  /** What makes it the one to use, and what to do so that it is not: for the line where it does not work. */
  readonly named: { readonly by: string; readonly undo: string }
  /** @throws what the SDK or the place said, or a `Failure` with the cause in whole sentences */
  get(): Promise<Credentials>
}

/** What sources need to ask their places. */
export interface SourceOptions {
  readonly region: string
  readonly http: AwsHttp
  readonly sts: Sts
  readonly sessionName: string
  readonly signal: AbortSignal
  /** Gets what the SDK says on its way. */
  readonly debug: (line: string) => void
  /** How long one source may take, in ms. */
  readonly limit: number
}

/** What the SDK's readers of credentials take for a logger; warnings of theirs are about settings that are checked here. */
export const quietLogger = (debug: (line: string) => void) => {
  const quiet = () => undefined
  return { debug: (...said: unknown[]) => debug(said.join(' ')), info: quiet, warn: quiet, error: quiet }
}

/** The failure of a source that was named: there is no other one to go on to. */
export const brokenSource = ({ name, named }: RunnerSource, said: string, cause?: unknown): Failure =>
  new Failure(
    `The AWS credentials from ${name} cannot be loaded: ${sentence(said)} No other source is tried, because ${named.by} this one: fix it, or ${named.undo}.`,
    { cause },
  )
