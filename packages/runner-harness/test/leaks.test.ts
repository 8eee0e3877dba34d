import { describe, expect, test } from 'vitest'
import { fixture } from '../src/fixture.ts'
import { createJob, type Leak, leaks } from '../src/index.ts'
import { readProcess } from '../src/process-tree.ts'

const SECRET = 'wJalrXUtnFEMI/K7+MDENG"Kbp'
const QUOTED = JSON.stringify(SECRET)

/** The leaks of a step that knows the secret and runs `code`. */
async function leaksOf(code: string): Promise<Leak[]> {
  await using job = await createJob({ machine: { SECRET } })
  const step = await job.run(fixture(job, `const secret = env.SECRET\n${code}`))
  expect(step).toMatchObject({ conclusion: 'success' })
  return leaks(job, ['unused secret', SECRET])
}

describe('a secret is found', () => {
  test.each([
    [
      'in HOME',
      'home/.docker/config.json',
      "fs.mkdirSync(env.HOME + '/.docker'); fs.writeFileSync(env.HOME + '/.docker/config.json', secret)",
    ],
    ['in TMPDIR', 'tmp/a', "fs.writeFileSync(env.TMPDIR + '/a', secret)"],
    [
      'in RUNNER_TEMP',
      '_work/_temp/a/b',
      "fs.mkdirSync(env.RUNNER_TEMP + '/a'); fs.writeFileSync(env.RUNNER_TEMP + '/a/b', secret)",
    ],
    ['in the workspace', '_work/app/app/a', "fs.writeFileSync('a', 'x'.repeat(1e6) + secret)"],
    ['in the target of a link', '_work/app/app/link', "fs.symlinkSync('/' + secret, 'link')"],
    [
      'in the name of a folder',
      '_work/app/app/wJalrXUtnFEMI/K7+MDENG"Kbp/',
      'fs.mkdirSync(secret, { recursive: true })',
    ],
  ])('%s', async (_, at, code) => {
    expect(await leaksOf(code)).toEqual([{ place: 'file', at, secret: 1, form: 'plain' }])
  })

  test.each(['OUTPUT', 'STATE', 'ENV', 'STEP_SUMMARY'])('in $GITHUB_%s', async (file) => {
    const at = expect.stringContaining('_work/_temp/_runner_file_commands/')
    expect(await leaksOf(`write('${file}', 'a=' + secret + '\\n')`)).toEqual([
      { place: 'file', at, secret: 1, form: 'plain' },
    ])
  })

  test.each([
    ['json', `{"a":${QUOTED}}`],
    ['uri', `https://u:${encodeURIComponent(SECRET)}@host`],
    ['base64', Buffer.from(`AWS:${SECRET}`).toString('base64')],
    ['base64', Buffer.from(`AWS-:${SECRET} and more`).toString('base64')],
    ['base64', Buffer.from(SECRET).toString('base64url')],
  ])('as %s', async (form, text) => {
    const found = await leaksOf(`fs.writeFileSync('a', ${JSON.stringify(text)})`)
    expect(found.map((leak) => leak.form)).toContain(form)
  })

  test.each(['log', 'error'])('in the output, by console.%s, even where the web masks it', async (method) => {
    const found = await leaksOf(`console.log('::add-mask::' + secret); console.${method}('it is ' + secret)`)
    expect(found).toEqual([{ place: 'output', at: `it is ${SECRET}`, secret: 1, form: 'plain' }])
  })

  test('in an add-mask that is only text', async () => {
    expect(await leaksOf("console.log('::stop-commands::token'); console.log('::add-mask::' + secret)")).toHaveLength(1)
  })

  test('in the arguments of a child', async () => {
    const found = await leaksOf("child.execFileSync('node', ['-e', 'setTimeout(() => {}, 100)', '--', secret])")
    expect(found).toEqual([
      { place: 'argv', at: expect.stringMatching(/^node -e .* -- wJalr/), secret: 1, form: 'plain' },
    ])
  })

  test('in the arguments of a grandchild that hides behind a new session, an empty environment and exec', async () => {
    const last = `exec env -i sh -c 'sleep 1; : > done' name "$SECRET"`
    const script = `setsid sh -c ${JSON.stringify(last).replaceAll('$', '\\$')} & exit 0`
    const found = await leaksOf(`
      child.spawn('sh', ['-c', ${JSON.stringify(script)}], { stdio: 'ignore', detached: true })
      while (!fs.existsSync('done')) await new Promise((resolve) => setTimeout(resolve, 20))`)
    expect(found.map(({ at }) => at)).toContainEqual(expect.stringMatching(/^sh -c sleep 1; : > done name wJalr/))
  })
})

describe('a secret is not found', () => {
  test('where it may be: in add-mask and in environments', async () => {
    expect(
      await leaksOf(
        "console.log('::add-mask::' + secret); child.execFileSync('sleep', ['0.1'], { env: { SECRET: secret } })",
      ),
    ).toEqual([])
  })

  test('where it is too short to mean anything', async () => {
    await using job = await createJob()
    expect(() => leaks(job, ['short'])).toThrow('at least 6 characters')
  })
})

describe('a step shows what it leaves', () => {
  test('in files', async () => {
    await using job = await createJob({ workspace: { Dockerfile: 'FROM scratch' } })
    const code = `fs.mkdirSync(env.RUNNER_TEMP + '/empty'); fs.writeFileSync(env.TMPDIR + '/b', ''); write('OUTPUT', 'a=b\\n')
      fs.mkdirSync(env.HOME + '/.aws'); fs.writeFileSync(env.HOME + '/.aws/credentials', '')`
    const { files } = await job.run(fixture(job, code))
    expect(files).toEqual({ workspace: ['Dockerfile'], temp: ['empty/'], tmp: ['b'], home: ['.aws/credentials'] })
  })

  test('in processes, whatever they do to get away', async () => {
    await using job = await createJob()
    const script = 'setsid env -i sleep 61 & setsid sleep 62 & exit 0'
    const step = await job.run(
      fixture(
        job,
        `child.spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }).unref()
        child.execFileSync('sh', ['-c', '${script}'], { stdio: 'ignore' })
        await new Promise((resolve) => setTimeout(resolve, 100))`,
      ),
    )
    expect(step.leftovers.map(({ argv }) => argv.join(' ')).sort()).toEqual(['sleep 60', 'sleep 61', 'sleep 62'])
    await job.end()
    expect(step.leftovers.map(({ pid }) => readProcess(pid))).toEqual([undefined, undefined, undefined])
  })

  test('and nothing where its children ended with it or just after', async () => {
    await using job = await createJob()
    const step = await job.run(
      fixture(
        job,
        `child.execFileSync('sleep', ['0.05'])
        child.spawn('sleep', ['0.2'], { detached: true, stdio: 'ignore' }).unref()`,
      ),
    )
    expect(step.leftovers).toEqual([])
    expect(step.argv).toContainEqual(['sleep', '0.05'])
  })

  test('of its own only, where two run at once', async () => {
    await using job = await createJob()
    const long = job.start(
      fixture(job, "setInterval(() => {}, 1000); child.spawn('sleep', ['60']); console.log('ready')"),
    )
    await long.waitForLog(/ready/)
    const short = await job.run(fixture(job, ''))
    expect(short.leftovers).toEqual([])
    expect(short.argv.flat()).not.toContain('sleep')
  })
})
