import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAction, script } from '../../packages/runner-harness/src/action.ts'
import { inputEnvironment } from '../../packages/runner-harness/src/inputs.ts'

type Values = Readonly<Record<string, string>>

/** A step that a vector describes: its variables go to the process as they are, even where no runner sets them so. */
export interface BundleStep {
  /** Over the defaults of action.yml; expressions in those are empty. */
  readonly inputs?: Values
  readonly env?: Values
  readonly payload?: Readonly<Record<string, unknown>>
}

export interface BundleResult {
  readonly exitCode: number | null
  readonly outputs: Values
  readonly summary: string
  readonly stdout: string
  readonly stderr: string
}

/** The values of GITHUB_OUTPUT; anything in it that is no value is an error. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const rest = text.replaceAll(
    /^(\w+)<<(ghadelimiter_[\w-]+)\n(.*?)\n\2\n/gms,
    (_, name: string, _end, value: string) => {
      outputs[name] = value
      return ''
    },
  )
  if (rest !== '') throw new Error(`GITHUB_OUTPUT holds more than outputs: ${rest}`)
  return outputs
}

/** Runs the bundle of an action alone, with nothing in its environment but what is given. */
export async function runBundle(nameOrFolder: string, step: BundleStep): Promise<BundleResult> {
  const action = readAction(nameOrFolder)
  const defaults = [...action.inputs].map(([name, value]) => [name, value.startsWith('${{') ? '' : value])
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  try {
    const file = (name: string, text = '') => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const env = {
      ...inputEnvironment({ ...Object.fromEntries(defaults), ...step.inputs }),
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify(step.payload ?? {})),
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      RUNNER_TEMP: folder,
      ...step.env,
    }
    const child = spawn(process.execPath, [script(action, 'main')], { cwd: folder, env })
    const printed = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text
      })
    }
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    return { exitCode, outputs: readOutputs(read('output')), summary: read('summary'), ...printed }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The lines of a step's output that are one workflow command, without properties. */
export const commandLines = (stdout: string, command: string): string[] =>
  stdout.split('\n').filter((line) => line.startsWith(`::${command}::`))
