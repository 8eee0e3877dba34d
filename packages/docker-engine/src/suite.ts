import { env } from 'node:process'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type EngineKind, NoEngine } from './binaries.ts'
import { findEngine } from './find.ts'
import { type Engine, type PrivateEngine, startEngine } from './index.ts'

/**
 * Provides the tests of a `describe` with one engine: a private one of this kind or, without a kind, the one of this
 * machine. If there is none, the tests are skipped with the reason; with REQUIRE_DOCKER=1 they fail with it.
 */
export function useEngine(kind: EngineKind): () => PrivateEngine
export function useEngine(): () => Engine
export function useEngine(kind?: EngineKind): () => Engine {
  let engine: Engine | undefined
  let reason = ''
  beforeAll(async () => {
    try {
      engine = kind === undefined ? await findEngine() : await startEngine({ kind })
    } catch (error) {
      if (!(error instanceof NoEngine) || env['REQUIRE_DOCKER'] === '1') throw error
      reason = error.message
      console.warn(`Skipping tests that need a Docker Engine: ${reason}`)
    }
  })
  beforeEach((context) => context.skip(engine === undefined, reason))
  afterAll(() => engine?.stop())
  return () => {
    if (engine === undefined) throw new Error('There is no engine outside of its tests')
    return engine
  }
}
