import type { Credentials } from '../aws/credential-provider.ts'
import type { AwsHttp } from '../aws/http.ts'
import type { Sts } from '../aws/sts.ts'
import { Failure, sentence } from '../base/failure.ts'

/** One source of credentials on the runner. */
export interface RunnerSource {
  /** Name for display, after `from`. */
  readonly name: string
  /** What selects it, and how to undo that; for its error message. */
  readonly named: { readonly by: string; readonly undo: string }
  /** @throws the error of the SDK or the source, or a `Failure` with the cause in complete sentences */
  get(): Promise<Credentials>
}

/** What sources need to load credentials. */
export interface SourceOptions {
  readonly region: string
  readonly http: AwsHttp
  readonly sts: Sts
  readonly sessionName: string
  readonly signal: AbortSignal
  /** Receives the SDK's debug messages. */
  readonly debug: (line: string) => void
  /** Timeout of one source, in ms. */
  readonly limit: number
}

/** A logger for the SDK's credential readers; their warnings are about settings that are validated here. */
export const quietLogger = (debug: (line: string) => void) => {
  const quiet = () => undefined
  return { debug: (...said: unknown[]) => debug(said.join(' ')), info: quiet, warn: quiet, error: quiet }
}

/** The failure of a configured source: there is no fallback. */
export const brokenSource = ({ name, named }: RunnerSource, said: string, cause?: unknown): Failure =>
  new Failure(
    `The AWS credentials from ${name} cannot be loaded: ${sentence(said)} No other source is tried, because ${named.by} this one: fix it, or ${named.undo}.`,
    { cause },
  )
