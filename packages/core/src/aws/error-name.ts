import { Failure } from '../base/failure.ts'

/** The name that AWS gave to the error behind a `Failure`: `RepositoryNotFoundException`. */
export function awsErrorName(error: unknown): string | undefined {
  return error instanceof Failure && error.cause instanceof Error ? error.cause.name : undefined
}

/** What `call` gives, or `undefined` where AWS answers with the error of that name. */
export async function undefinedOnError<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (awsErrorName(error) === name) return undefined
    throw error
  }
}
