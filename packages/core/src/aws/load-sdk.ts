import { fileURLToPath } from 'node:url'
import { Failure } from '../base/failure.ts'

type AwsSdk = typeof import('./aws-sdk.ts')

/**
 * Loads AWS's SDK, which is a file of its own beside a bundle, so that the actions of a release share one copy of it.
 *
 * @throws {Failure} where that is not there, as when somebody has copied the folder of one action out of a release
 */
export async function loadSdk(): Promise<AwsSdk> {
  try {
    return await import(/* webpackIgnore: true */ './aws-sdk.ts')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    const missing = (error as { url?: string }).url
    const what = missing === undefined ? '' : `: ${fileURLToPath(missing)} is missing`
    throw new Failure(
      `This action has no SDK of AWS${what}. Its folder alone is not all of it: copy the release's folder 'aws-sdk' beside it, or name the action as the README does.`,
      { cause: error },
    )
  }
}
