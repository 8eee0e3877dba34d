import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { commandPause } from '../../src/step/command-pause.ts'
import { actionsExec, type ExecOptions } from '../../src/step/exec.ts'
import { testFolder } from '../support/folder.ts'
import { type RunningStep, runStep, startStep } from '../support/step.ts'

vi.setConfig({ testTimeout: 60_000 })

const idle = new AbortController().signal
const exec = (env = process.env, signal = idle) =>
  actionsExec(
    env,
    signal,
    commandPause(() => undefined),
  )

/** Runs a script in a node child. */
const node = (script: string, options: ExecOptions = {}, args: readonly string[] = []) =>
  exec().run(process.execPath, ['-e', script, '--', ...args], options)

/** A script that starts another node process, which holds the output of the first, and tells its pid. */
const startBackground = (script: string) =>
  `console.log('background ' + require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}], { stdio: 'inherit', detached: true }).pid + '.')`

/** The pid of what `startBackground` started; it ends with the test. */
async function backgroundOf(step: RunningStep): Promise<number> {
  const pid = Number(/background (\d+)\./.exec(await step.said(/background \d+\./))?.[1])
  onTestFinished(() => void (isRunning(pid) && process.kill(pid, 'SIGKILL')))
  return pid
}

/** A process that has ended and that nobody has asked for its status does not count. */
const isRunning = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

describe('a child', () => {
  test('gives its exit code and both outputs', async () => {
    expect(await node('console.log("out"); console.error("err"); process.exitCode = 3')).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  test('that a signal ends has an exit code of 128', async () => {
    expect((await node('process.kill(process.pid, "SIGKILL")')).exitCode).toBe(128)
  })

  test('is told of when it runs', async () => {
    let begun = 0
    const script = 'process.exitCode = 3'
    const running = node(script, { begun: () => begun++ })
    expect(begun).toBe(0)
    expect(await running).toMatchObject({ exitCode: 3 })
    expect(begun).toBe(1)
  })

  test('that takes longer than it may is ended, and the job goes on', async () => {
    const late = await node('console.log("begun"); setTimeout(() => console.log("done"), 50_000)', { timeout: 1_000 })
    expect(late.exitCode).toBeGreaterThanOrEqual(128)
    expect(late.stdout).not.toContain('done')
    expect(await node('console.log("in time")', { timeout: 50_000 })).toMatchObject({
      exitCode: 0,
      stdout: 'in time\n',
    })
  })

  test.each(['a"b', 'x" y "z', 'a\\b', 'a\\'])(
    'cannot have a name that would be read as several words: %j',
    async (command) => {
      await expect(exec().run(command, [])).rejects.toThrow(
        `The command ${JSON.stringify(command)} cannot be run: a quote or a backslash cannot be in its name.`,
      )
    },
  )

  test('gets its arguments as they are', async () => {
    const args = ['$(id)', '`id`', 'a b', '"', "'", '\\', '', '*', ';', 'x\ny', '%PATH%', 'ü🚀']
    const { stdout } = await node('process.stdout.write(JSON.stringify(process.argv.slice(1)))', {}, args)
    expect(JSON.parse(stdout)).toEqual(args)
  })

  test.runIf(process.platform === 'linux')(
    'gets an argument as long as Linux takes, and a longer one is a line',
    async () => {
      const print = 'process.stdout.write(String(Buffer.byteLength(process.argv[1])))'
      const longest = `--label=x=${'é'.repeat(65_530)}y`
      expect((await node(print, {}, [longest])).stdout).toBe('131071')
      await expect(node(print, {}, [`${longest}z`])).rejects.toThrow(
        new Failure(
          `An argument of ${process.execPath} has 131072 bytes, but Linux accepts at most 131071: "--label=x=${'é'.repeat(30)}…". Shorten the input that it comes from, or put its value into a file.`,
        ),
      )
    },
  )

  test('may have a path with spaces and is found in the PATH of the process', async () => {
    const path = join(testFolder(), 'a b')
    symlinkSync(process.execPath, path)
    expect((await exec().run(path, ['--version'])).stdout).toBe(`${process.version}\n`)
    expect((await exec().run('sh', ['-c', 'echo $0'])).stdout).toMatch(/\/sh\n$/)
  })

  test('runs in the given folder', async () => {
    const cwd = testFolder()
    expect((await node('process.stdout.write(process.cwd())', { cwd })).stdout).toBe(cwd)
  })

  test('gets the environment without the inputs of the step, and the changes', async () => {
    const env = { ...process.env, INPUT_SECRET_ACCESS_KEY: 's3cret', 'INPUT_BUILD-ARGS': 'a=b', KEPT: 'kept' }
    const { stdout } = await exec(env).run(
      process.execPath,
      ['-e', 'process.stdout.write(JSON.stringify(process.env))'],
      { env: { DOCKER_CONFIG: '/tmp/login' } },
    )
    const { INPUT_SECRET_ACCESS_KEY, 'INPUT_BUILD-ARGS': args, KEPT, DOCKER_CONFIG } = JSON.parse(stdout)
    expect([INPUT_SECRET_ACCESS_KEY, args, KEPT, DOCKER_CONFIG]).toEqual([undefined, undefined, 'kept', '/tmp/login'])
  })

  test('reads the given input to its end', async () => {
    expect((await node('process.stdin.pipe(process.stdout)', { input: 'pass\nword' })).stdout).toBe('pass\nword')
  })

  test('that reads without any input sees its end', async () => {
    expect((await node('process.stdin.on("end", () => console.log("end")).resume()')).stdout).toBe('end\n')
  })

  test('need not read its input', async () => {
    const { exitCode } = await node('process.stdin.destroy(); setTimeout(() => process.exit(4), 50)', {
      input: 'x'.repeat(4 << 20),
    })
    expect(exitCode).toBe(4)
  })

  test('that is not installed is one line', async () => {
    await expect(exec().run('no-such-command', [])).rejects.toThrow(
      new Failure("The command 'no-such-command' is not installed on this runner, or not in its PATH."),
    )
  })

  test.each([
    [
      '#!/nonexistent/interpreter -x\n',
      'its first line names "/nonexistent/interpreter", and there is no such program. Install it, or correct that line.',
    ],
    [
      '#! /bin/sh\r\nexit\r\n',
      `its first line names "/bin/sh\\r", and there is no such program. Save the file with Unix newlines (LF).`,
    ],
    ['#!/\n', 'the system refuses it with EACCES. Check its mode, its format and its disk.'],
  ])('that begins with %j says why it cannot be started', async (text, why) => {
    const command = join(testFolder(), 'command')
    writeFileSync(command, text, { mode: 0o755 })
    await expect(exec().run(command, [], { input: 'x' })).rejects.toThrow(
      new Failure(`The command '${command}' cannot be started: ${why}`),
    )
  })

  test('in a folder that is not there is a bug', async () => {
    const failing = node('', { cwd: '/nonexistent' })
    await expect(failing).rejects.toThrow(/\/nonexistent does not exist/)
    await expect(failing).rejects.not.toBeInstanceOf(Failure)
  })

  const LINE = `${'x'.repeat(127)}\n`

  test.each([
    ['with', LINE],
    ['without', 'x'],
  ])(
    'whose log is longer than a text can be, %s line ends, gives the end of it',
    { timeout: 300_000 },
    async (_, end) => {
      const script = `const chunk = Buffer.alloc(1 << 20, ${JSON.stringify(end)})
      for (const fd of [1, 2]) for (let n = 0; n < 320; n++) require('node:fs').writeSync(fd, chunk)
      process.stdout.write('\\nthe end\\n'); process.exitCode = 3`
      const step = await runStep({ work: 'tail', size: '1', script }, { quiet: true })
      expect(step.outputs).toMatchObject({ code: '3', last: 'the end' })
      expect(Number(step.outputs['kept'])).toBeLessThanOrEqual(8 << 20)
      // It starts with less than 60, and had more than 1,200 when it kept everything.
      expect(Number(step.outputs['peak'])).toBeLessThan(250 << 10)
    },
  )

  test('whose answer is too long is ended, and is one line', async () => {
    const script = `const chunk = Buffer.alloc(1 << 20, 'x')
      for (;;) require('node:fs').writeSync(1, chunk)`
    await expect(node(script)).rejects.toThrow(
      new Failure(
        `The command '${process.execPath} -e' printed more than 16 MiB where short output was expected, and was terminated. Run it on the runner to see what it prints.`,
      ),
    )
    const { stdout } = await node(`process.stdout.write('ä'.repeat(8 << 20))`)
    expect(stdout).toBe('ä'.repeat(8 << 20))
  })

  test('whose own child keeps the output open does not hold the step', async () => {
    const background = startBackground(`setTimeout(() => console.log('::set-output name=x::late'), 60_000)`)
    const step = startStep({ work: 'child', size: '1', script: `${background}; process.exit()` })
    const pid = await backgroundOf(step)
    const { exitCode, outputs } = await step.end
    expect([exitCode, outputs]).toEqual([0, { count: '0' }])
    expect(isRunning(pid)).toBe(true)
  })
})

describe('a cancelled job', () => {
  const reason = new Error('Cancelled')

  /** A child that runs `onTerm` at SIGTERM, and has written its pid into `file`. */
  async function started(onTerm: string, signal: AbortSignal) {
    const file = join(testFolder(), 'pid')
    const script = `const file = ${JSON.stringify(file)}, { writeFileSync } = require('node:fs')
      process.on('SIGTERM', () => { ${onTerm} })
      setInterval(() => undefined, 1_000)
      writeFileSync(file, String(process.pid))`
    const run = exec(process.env, signal).run(process.execPath, ['-e', script])
    const ended = run.catch((error: unknown) => error)
    await vi.waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') !== '', { timeout: 20_000 })
    return { pid: Number(readFileSync(file, 'utf8')), ended, file }
  }

  test('starts no child', async () => {
    await expect(exec(process.env, AbortSignal.abort(reason)).run('no-such-command', [])).rejects.toBe(reason)
  })

  test('runs what undoes to its end, and starts it', async () => {
    const cancel = new AbortController()
    const run = exec(process.env, cancel.signal).run(
      process.execPath,
      ['-e', 'process.stdin.resume().on("end", () => setTimeout(() => console.log("undone"), 50))'],
      { undoes: true },
    )
    cancel.abort(reason)
    expect(await run).toMatchObject({ exitCode: 0, stdout: 'undone\n' })
    const late = exec(process.env, cancel.signal).run(process.execPath, ['-e', ''], { undoes: true })
    expect(await late).toMatchObject({ exitCode: 0 })
  })

  test('lets its child end by itself', async () => {
    const cancel = new AbortController()
    const child = await started(`writeFileSync(file, 'bye'); process.exit()`, cancel.signal)
    cancel.abort(reason)
    expect(await child.ended).toBe(reason)
    expect(readFileSync(child.file, 'utf8')).toBe('bye')
    expect(isRunning(child.pid)).toBe(false)
  })

  test('ends a child that ignores it', async () => {
    const cancel = new AbortController()
    const child = await started('', cancel.signal)
    cancel.abort(reason)
    expect(await child.ended).toBe(reason)
    expect(isRunning(child.pid)).toBe(false)
  })

  test.skipIf(process.platform !== 'linux')('ends what a child started that ends at once', async () => {
    const file = join(testFolder(), 'pid')
    const cancel = new AbortController()
    const script = `sleep 1000 & echo $! > "$1"; wait`
    const ended = exec(process.env, cancel.signal)
      .run('/bin/sh', ['-c', script, 'sh', file])
      .catch((error) => error)
    await vi.waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') !== '', { timeout: 20_000 })
    cancel.abort(reason)
    expect(await ended).toBe(reason)
    await vi.waitUntil(() => !isRunning(Number(readFileSync(file, 'utf8'))), { timeout: 20_000 })
  })

  test('ends a child that is just being started', async () => {
    const cancel = new AbortController()
    const run = exec(process.env, cancel.signal).run(process.execPath, ['-e', 'setInterval(() => undefined, 1_000)'])
    cancel.abort(reason)
    await expect(run).rejects.toBe(reason)
  })

  test('leaves the children of other jobs alone', async () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const children = await Promise.all([started('process.exit()', one.signal), started('process.exit()', other.signal)])
    one.abort(reason)
    expect(await children[0].ended).toBe(reason)
    await delay(50)
    expect(isRunning(children[1].pid)).toBe(true)
    other.abort(reason)
    expect(await children[1].ended).toBe(reason)
  })
})

describe('the log of a child', () => {
  const EVIL = '::set-output name=x::evil'

  test.each([
    ['with a final line end', `console.log('${EVIL}')`, [EVIL, /^::[0-9a-f-]{36}::$/]],
    ['without one', `process.stdout.write('${EVIL}')`, [EVIL, /^::[0-9a-f-]{36}::$/]],
    ['on stderr', `process.stderr.write('${EVIL}')`, [EVIL, /^::[0-9a-f-]{36}::$/]],
    ['empty', '', [/^::[0-9a-f-]{36}::$/]],
  ])('%s, is shown and holds no command for the runner', async (_, script, shown) => {
    const { lines, commands, outputs } = await runStep({ work: 'child', size: '1', script })
    const start = lines.findIndex((line) => line.startsWith('::stop-commands::'))
    const token = lines[start]?.slice('::stop-commands::'.length)
    expect(lines[start + 1]).toMatch(/^\[command\]/)
    expect(lines.slice(start + 2, start + 2 + shown.length)).toEqual(
      shown.map((line) => (typeof line === 'string' ? line : `::${token}::`)),
    )
    expect(commands).toEqual([expect.stringMatching(/^::group::Child/), '::endgroup::', '::notice::after the child'])
    expect(outputs).toEqual({ count: '0' })
  })

  test('with the token of another pause stays closed', async () => {
    const script = `console.log('::00000000-0000-4000-8000-000000000000::\\n${EVIL}')`
    const { commands } = await runStep({ work: 'child', size: '1', script })
    expect(commands.join('\n')).not.toContain('evil')
  })

  test('is closed before the line of a cancelled step, also when a child and its own child ignore the signal', async () => {
    const ignoring = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1_000)`
    const step = startStep({ work: 'child', size: '1', script: `${ignoring}; ${startBackground(ignoring)}` })
    const background = await backgroundOf(step)
    step.kill('SIGTERM')
    const { commands, exitCode } = await step.end
    expect(exitCode).toBe(1)
    expect(commands.at(-1)).toBe("::error::Cancelled by SIGTERM during 'Child'. Nothing was changed.")
    expect(isRunning(background)).toBe(false)
  })
})
