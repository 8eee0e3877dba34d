import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fixture } from '../src/fixture.ts'
import { createJob } from '../src/index.ts'
import { readProcess } from '../src/process-tree.ts'

/** Prints its name, the state it was given, and one input. */
const POST = "console.log('post', env.STATE_name, env.STATE_pid ?? '-', env.INPUT_A)"

describe('post steps', () => {
  test('run last first, with the state and the inputs of their own main step', async () => {
    await using job = await createJob()
    const action = fixture(
      job,
      "write('STATE', 'name=' + env.INPUT_A + '\\n'); if (env.INPUT_A === 'two') process.exit(1)",
      {
        inputs: { a: {} },
        post: POST,
      },
    )
    const silent = fixture(job, "write('STATE', 'name=none\\n')")
    await job.run(action, { with: { a: 'one' } })
    await job.run(silent)
    expect(await job.run(action, { with: { a: 'two' } })).toMatchObject({
      state: { name: 'two' },
      conclusion: 'failure',
    })
    const posts = await job.post()
    expect(posts.map((step) => step.log)).toEqual([
      'Post job cleanup.\npost two - two\n',
      'Post job cleanup.\npost one - one\n',
    ])
    expect(posts.map((step) => step.stage)).toEqual(['post', 'post'])
    expect(await job.post()).toEqual([])
    expect(job.steps).toHaveLength(5)
  })

  test('see what later steps exported, and new files', async () => {
    await using job = await createJob()
    await job.run(
      fixture(job, "write('OUTPUT', 'a=b\\n')", {
        post: 'console.log(env.LATE, fs.readFileSync(env.GITHUB_OUTPUT).length)',
      }),
    )
    await job.run(fixture(job, "write('ENV', 'LATE=yes\\n')"))
    expect((await job.post())[0]?.log).toContain('yes 0\n')
  })

  test.each([
    ['success()', ['success']],
    ['failure()', ['failure']],
    ['always()', ['success', 'failure']],
    [`\${{ failure() && env.WANTED == 'yes' }}`, ['failure']],
  ])('with post-if %s run after %j', async (condition, expected) => {
    const ran: string[] = []
    for (const [conclusion, code] of [
      ['success', 0],
      ['failure', 1],
    ] as const) {
      await using job = await createJob({ env: { WANTED: 'yes' } })
      await job.run(fixture(job, `process.exit(${code})`, { post: '', 'post-if': condition }))
      if ((await job.post()).length > 0) ran.push(conclusion)
    }
    expect(ran).toEqual(expected)
  })

  test('that fail make the job fail', async () => {
    await using job = await createJob()
    await job.run(fixture(job, '', { post: 'process.exit(2)' }))
    expect(await job.post()).toMatchObject([{ conclusion: 'failure', exitCode: 2 }])
    expect(job.status).toBe('failure')
  })
})

describe('a running step', () => {
  const OBEDIENT = `process.on('SIGINT', () => { console.log('stopping'); write('OUTPUT', 'left=tidy\\n'); process.exit(0) })
    setInterval(() => {}, 1000); console.log('::add-mask::hunter-two'); console.log('ready hunter-two')`

  test('can be read, waited for and cancelled', async () => {
    await using job = await createJob()
    const handle = job.start(fixture(job, OBEDIENT, { post: '', 'post-if': 'cancelled()' }))
    expect(handle.pid).toBeGreaterThan(0)
    expect((await handle.waitForLog(/ready (.*)/))[1]).toBe('***')
    expect(handle.raw).toContain('ready hunter-two')
    const step = await handle.cancel()
    expect(step).toMatchObject({ conclusion: 'cancelled', exitCode: 0, signal: null, outputs: { left: 'tidy' } })
    expect(step.log).toMatch(/stopping\n##\[error\]The operation was canceled\.\n$/)
    expect(job.status).toBe('cancelled')
    expect(await job.post()).toHaveLength(1)
  })

  test('is cancelled by an AbortSignal', async () => {
    await using job = await createJob()
    const abort = new AbortController()
    const handle = job.start(fixture(job, OBEDIENT), { signal: abort.signal })
    await handle.waitForLog(/ready/)
    abort.abort()
    expect(await handle.result).toMatchObject({ conclusion: 'cancelled' })
  })

  test('gets a signal alone, which is no cancellation', async () => {
    await using job = await createJob()
    const handle = job.start(fixture(job, "setInterval(() => {}, 1000); console.log('ready')"))
    await handle.waitForLog(/ready/)
    handle.signal('SIGTERM')
    expect(await handle.result).toMatchObject({ conclusion: 'failure', exitCode: 143, signal: 'SIGTERM' })
  })

  test('that ends before a text appears says so', async () => {
    await using job = await createJob()
    await expect(job.start(fixture(job, "console.log('other')")).waitForLog(/never/)).rejects.toThrow(
      /The step ended \(success\) without \/never\/ in its log:\n[\s\S]*other/,
    )
  })

  test.concurrent('gets SIGINT, after 7.5 s SIGTERM, after another 2.5 s SIGKILL', async () => {
    await using job = await createJob()
    const note = (signal: string) => `process.on('${signal}', () => console.log('${signal}', Date.now()))\n`
    const handle = job.start(
      fixture(job, `${note('SIGINT')}${note('SIGTERM')}setInterval(() => {}, 1000); console.log('ready')`),
    )
    await handle.waitForLog(/ready/)
    const step = await handle.cancel()
    expect(step).toMatchObject({ conclusion: 'cancelled', exitCode: 137, signal: 'SIGKILL' })
    const [interrupted = 0, terminated = 0] = [...step.raw.matchAll(/SIG\w+ (\d+)/g)].map(([, time]) => Number(time))
    expect((terminated - interrupted) / 7500).toBeGreaterThan(0.9)
    const ended = step.startedAt.getTime() + step.durationMs
    expect((ended - terminated) / 2500).toBeGreaterThan(0.9)
  })

  test.concurrent('is over 5 s after its end where a child holds its output', async () => {
    await using job = await createJob()
    const step = await job.run(
      fixture(job, "child.spawn('sleep', ['60'], { stdio: 'inherit' }).unref(); console.log('done')"),
    )
    expect(step).toMatchObject({ conclusion: 'success', leftovers: [{ argv: ['sleep', '60'] }] })
    expect(step.durationMs / 5000).toBeGreaterThan(0.9)
    expect(step.log).toMatch(/done\n$/)
  })
})

describe('the end of a job', () => {
  test('kills what steps left running and removes its folders', async () => {
    const job = await createJob()
    const code = `const left = child.spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }); left.unref()
      write('OUTPUT', 'pid=' + left.pid + '\\n')`
    const pid = Number((await job.run(fixture(job, code))).outputs['pid'])
    const running = job.start(fixture(job, 'setInterval(() => {}, 1000)'))
    const { orphans } = await job.end()
    expect(orphans).toMatchObject([{ pid, argv: ['sleep', '60'] }])
    expect(await running.result).toMatchObject({ signal: 'SIGKILL' })
    expect([pid, running.pid].map(readProcess)).toEqual([undefined, undefined])
    expect(existsSync(job.folders.root)).toBe(false)
  })

  test.each(['exit', 'SIGTERM'])('comes by %s of the test itself, too', async (ending) => {
    const code = `
      const { createJob } = await import('${import.meta.dirname}/../src/index.ts')
      const { fixture } = await import('${import.meta.dirname}/../src/fixture.ts')
      const job = await createJob()
      const step = job.start(fixture(job, 'setInterval(() => {}, 1000); console.log("ready")'))
      await step.waitForLog(/ready/)
      console.log(JSON.stringify({ pid: step.pid, root: job.folders.root }))
      if ('${ending}' === 'exit') process.exit(0)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    const { pid, root } = JSON.parse(line)
    if (ending === 'SIGTERM') child.kill('SIGTERM')
    expect(await exited).toEqual([ending === 'exit' ? 0 : 143, null])
    await expect.poll(() => readProcess(pid)).toBeUndefined()
    expect(existsSync(root)).toBe(false)
  })
})
