import { defineConfig } from 'vitest/config'

/** Tests read the TypeScript sources of the packages; nothing needs a build but what runs bundles. */
const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } }

export default defineConfig({
  ...source,
  test: {
    // Real processes on a machine that others use: a second chance tells a busy moment from a defect.
    retry: 2,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{packages,actions}/*/test/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Each file has engines and servers of its own, and spends most of its time waiting for them.
          maxWorkers: 2,
          // GitHub's packages import JSON without saying so, which Node refuses.
          server: { deps: { inline: [/@actions\/(?:languageservice|workflow-parser|expressions)/] } },
        },
      },
    ],
  },
})
