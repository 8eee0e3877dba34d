import { env } from 'node:process'
import { beforeEach } from 'vitest'
import { type EngineKind, engineBinaries, NoEngine } from './binaries.ts'

/**
 * In a `describe`: skips its tests, with the reason, if no private engine can be started; with REQUIRE_DOCKER=1 they
 * fail.
 */
export function needEngine(kind: EngineKind = 'installed'): void {
  beforeEach((context) => {
    try {
      engineBinaries(kind)
    } catch (error) {
      if (!(error instanceof NoEngine) || env['REQUIRE_DOCKER'] === '1') throw error
      context.skip(true, error.message)
    }
  })
}
