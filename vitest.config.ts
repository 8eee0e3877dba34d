import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/test/longest-first.ts'

/** Tests read the TypeScript sources of the packages; nothing needs a build but what runs bundles. */
const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } }

/** A sequencer of the configuration wins over `--sequence.shuffle`. */
const shuffled = process.argv.some((argument) => argument.startsWith('--sequence.shuffle'))

/** Tests of packages that start real processes and engines. */
const PROCESSES = ['packages/{docker-engine,runner-harness}/test/**/*.test.ts']

export default defineConfig({
  ...source,
  test: {
    sequence: shuffled ? {} : { sequencer: LongestFirst },
    // Vitest's second is over before a process has started on a machine that others use.
    expect: { poll: { timeout: 30_000 } },
    // test/support/runner-user.ts says who these are.
    tags: [
      { name: 'user-022', description: "Jobs run as uid 1001 with the group of Docker's socket, and umask 022" },
      { name: 'user-077', description: "Jobs run as uid 1001 with the group of Docker's socket, and umask 077" },
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,actions}/*/test/**/*.test.ts'],
          exclude: PROCESSES,
          testTimeout: 60_000,
          // Vitest's default is one worker fewer than there are cores.
          maxWorkers: '100%',
          // A process per file spends as long on importing modules as on tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts', ...PROCESSES],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Real processes on a machine that others use: a retry tells a busy moment from a defect. Each is counted.
          retry: 2,
          // Each file has engines and servers of its own, and spends most of its time waiting for them.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
          // GitHub's packages import JSON without saying so, which Node refuses.
          server: { deps: { inline: [/@actions\/(?:languageservice|workflow-parser|expressions)/] } },
        },
      },
    ],
  },
})
