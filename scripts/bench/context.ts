/**
 * How long `skip_if_exists: inputs` takes to hash a build context, compared with `tar | sha256sum` of the same files:
 * `npm run bench -- context [--files 50000] [--rounds 5] [--write]`. Both run in turns.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { median, report } from '../bench-table.ts'

const MODULE = join(import.meta.dirname, '../../actions/ecr-push/lib/context/build-context.js')

/** Times `tar | sha256sum`, longest wait of a cancellation in ms, and MB. */
const BUDGET = { ratio: 1.2, pause: 200, memory: 100 }

/** Sizes of files in bytes, in turns; 5.6 kB on average. */
const SIZES = [200, 900, 3_000, 6_000, 18_000]
const PER_FOLDER = 40

/** Prints milliseconds, the longest time in which no other code ran, and the memory at its highest, in kB. */
const PROGRAM = `
  const { contextHash } = await import(process.argv[1])
  let [pause, last] = [0, performance.now()]
  const look = () => { const now = performance.now(); pause = Math.max(pause, now - last); last = now }
  const timer = setInterval(look, 1)
  const begun = performance.now()
  const [context, dockerfile] = [process.argv[2], process.argv[2] + '/Dockerfile']
  await contextHash({ context, dockerfile, dialect: 'buildkit' }, new AbortController().signal)
  const ms = performance.now() - begun
  look()
  clearInterval(timer)
  console.log(JSON.stringify({ ms, pause, memory: process.resourceUsage().maxRSS }))
`

interface Hashed {
  readonly ms: number
  readonly pause: number
  readonly memory: number
}

function ours(folder: string): Hashed {
  const args = ['--input-type=module', '--eval', PROGRAM, MODULE, folder]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Milliseconds of `tar | sha256sum`. */
async function tar(folder: string): Promise<number> {
  const begun = performance.now()
  const archive = spawn('tar', ['--create', '--file=-', `--directory=${folder}`, '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const sum = spawn('sha256sum', { stdio: [archive.stdout, 'ignore', 'inherit'] })
  const ended = [once(archive, 'exit'), once(sum, 'exit')]
  // sha256sum has the pipe now; with a second reader, this process would wait for its end.
  archive.stdout.destroy()
  await Promise.all(ended)
  return performance.now() - begun
}

function writeContext(folder: string, files: number): void {
  for (let index = 0; index < files; index++) {
    const below = join(folder, `d${Math.floor(index / PER_FOLDER / 20)}`, `s${Math.floor(index / PER_FOLDER)}`)
    if (index % PER_FOLDER === 0) mkdirSync(below, { recursive: true })
    writeFileSync(join(below, `f${index}`), Buffer.alloc(SIZES[index % SIZES.length] ?? 0, String(index)))
  }
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
}

export async function bench(args: string[]): Promise<boolean> {
  const options = {
    files: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ args, options })
  const folder = mkdtempSync(join(tmpdir(), 'bench-context-'))
  try {
    writeContext(folder, Number(values.files))
    const [hashes, tars]: [Hashed[], number[]] = [[], []]
    for (let round = -1; round < Number(values.rounds); round++) {
      const found = [ours(folder), await tar(folder)] as const
      // The first round fills the page cache.
      if (round < 0) continue
      hashes.push(found[0])
      tars.push(found[1])
    }
    const ratio = median(hashes.map(({ ms }) => ms)) / median(tars)
    const pause = Math.max(...hashes.map((each) => each.pause))
    const memory = Math.max(...hashes.map((each) => each.memory)) / 1024
    const rows = [
      ['The hash of the context', `${median(hashes.map(({ ms }) => ms)).toFixed(0)} ms`, ''],
      ['`tar \\| sha256sum`', `${median(tars).toFixed(0)} ms`, ''],
      ['Ratio', ratio.toFixed(2), `${BUDGET.ratio}`],
      ['Longest pause, after which it can be cancelled', `${pause.toFixed(0)} ms`, `${BUDGET.pause} ms`],
      ['Memory of the process', `${memory.toFixed(0)} MB`, `${BUDGET.memory} MB`],
    ]
    report('context', { heads: [`${values.files} files`, 'Measured', 'Budget'], rows }, values.write)
    return ratio <= BUDGET.ratio && pause <= BUDGET.pause && memory <= BUDGET.memory
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
