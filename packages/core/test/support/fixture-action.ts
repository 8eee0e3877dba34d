import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure, type OutputValues } from '../../src/base/failure.ts'
import type { Job } from '../../src/step/job.ts'
import { runAction } from '../../src/step/run-action.ts'
import { removeLeftFolders } from '../../src/step/temporary-folders.ts'

/** Longer than any test waits. */
const FOREVER = 600_000

const WORKS = {
  async succeed(job) {
    await job.runner.summary('### Done')
    job.runner.exportVariable('DONE', 'yes')
    return { text: 'two\nlines', count: 2, flag: false, nothing: undefined }
  },
  async fail(job) {
    job.changed('created repository team/app')
    throw new Failure('Input is wrong.\n100% of it.', {
      outputs: { cause: 'test' },
      cause: new Error('the SDK said no'),
      at: { file: 'docker/Dockerfile', line: 3 },
    })
  },
  async bug() {
    throw new TypeError('x is not a function')
  },
  wait: (job) => job.phase('Wait for Docker', () => delay(FOREVER, {}, { signal: job.signal })),
  ignore: (job) => {
    job.changed('created repository team/app')
    job.changed('pushed team/app:1')
    job.signal.addEventListener('abort', () => job.runner.info('ignoring the signal'))
    return job.phase('Tag', () => delay(FOREVER, {}))
  },
  finish: (job) => {
    job.runner.info('waiting for the signal')
    return new Promise((resolve) => {
      const open = setTimeout(() => undefined, FOREVER)
      job.signal.addEventListener('abort', () => {
        clearTimeout(open)
        resolve({ text: 'finished' })
      })
    })
  },
  async leave(job) {
    writeFileSync(join(job.temporaryFolder('left'), 'secret'), 'x')
    job.runner.info('left a folder')
    return delay(FOREVER, {}, { signal: job.signal })
  },
  async child(job, script) {
    const { exitCode } = await job.phase('Child', () => job.exec.run(process.execPath, ['-e', script], { echo: true }))
    job.runner.notice('after the child')
    return { count: exitCode }
  },
  async tail(job, script) {
    const { exitCode, stdout, stderr } = await job.exec.run(process.execPath, ['-e', script], { echo: true })
    const [, peak = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return { code: exitCode, last: stdout.trim().split('\n').at(-1), kept: stdout.length + stderr.length, peak }
  },
} satisfies Record<string, (job: Job, script: string) => Promise<OutputValues>>

type Work = keyof typeof WORKS

await runAction({
  systems: ['linux'],
  readInputs: (input) => ({
    work: input.oneOf('work', Object.keys(WORKS) as Work[]),
    script: input.optional('script') ?? '',
    size: input.integer('size', { min: 1, max: 9 }),
  }),
  main: ({ work, script }, job) => (WORKS[work] as (job: Job, script: string) => Promise<OutputValues>)(job, script),
  post: [
    async (job) => {
      if (job.env['POST'] === 'fail') throw new Error('the folder is busy')
      if (job.env['POST'] !== 'wait') return
      job.runner.info('cleaning up')
      await delay(FOREVER, undefined, { signal: job.signal })
    },
    removeLeftFolders,
  ],
})
