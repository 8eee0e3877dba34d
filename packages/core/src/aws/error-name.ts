import { Failure } from '../base/failure.ts'

/** The AWS name of the error behind a `Failure`: `RepositoryNotFoundException`. */
export function awsErrorName(error: unknown): string | undefined {
  return error instanceof Failure && error.cause instanceof Error ? error.cause.name : undefined
}

/** The result of `call`, or `undefined` if AWS responds with the named error. */
export async function undefinedOnError<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (awsErrorName(error) === name) return undefined
    throw error
  }
}
