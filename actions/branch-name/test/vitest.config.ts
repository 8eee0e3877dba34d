import { defineConfig } from 'vitest/config'

/** For mutation runs, which copy this package out of the workspace's own configuration. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: { include: ['test/**/*.test.ts'] },
})
