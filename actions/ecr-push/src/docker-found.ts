import { type Docker, reason, type Toolset } from '@container-actions/core'
import { foundIn } from './obstacle.ts'

/**
 * What there is of Docker, once the engine answers. Where that does not, a builder that runs elsewhere will do.
 *
 * @param engine settles when the engine answers, or says why it does not
 * @param over aborts when nobody wants to know any more
 */
export async function findDocker(
  builder: string | undefined,
  docker: Pick<Docker, 'toolset' | 'toolsetWithoutEngine'>,
  engine: Promise<void>,
  over: AbortSignal,
): Promise<Toolset> {
  try {
    await engine
  } catch (error) {
    over.throwIfAborted()
    const found = await docker.toolsetWithoutEngine(builder)
    if (foundIn(found).usesEngine) throw error
    return { ...found, engine: { problem: reason(error) } }
  }
  return docker.toolset(builder)
}
