import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StepResults } from './command-manager.ts'
import { setIgnoringCase } from './commands.ts'
import type { StepLog } from './log.ts'
import type { Masks } from './masks.ts'

/** Maximum size of a step's summary in bytes; a larger one is dropped (actions/runner CreateStepSummaryCommand). */
const SUMMARY_LIMIT = 1024 * 1024

/** The command files of one step, created for each step (actions/runner FileCommandManager.cs). */
export class FileCommands {
  /** Part of all file names, and therefore of the environment of all processes of the step. */
  readonly suffix = randomUUID()
  /** Context name to path: `output` is `$GITHUB_OUTPUT`. */
  readonly paths: Readonly<Record<'env' | 'path' | 'output' | 'state' | 'step_summary', string>>

  /** @param temp RUNNER_TEMP */
  constructor(temp: string) {
    const folder = join(temp, '_runner_file_commands')
    mkdirSync(folder, { recursive: true })
    const create = (prefix: string) => {
      const path = join(folder, `${prefix}_${this.suffix}`)
      writeFileSync(path, '')
      return path
    }
    this.paths = {
      path: create('add_path'),
      env: create('set_env'),
      step_summary: create('step_summary'),
      state: create('save_state'),
      output: create('set_output'),
    }
  }

  /** Reads all files into `results`. Returns the summary, and whether a file was malformed, which fails the step. */
  collect(results: StepResults, log: StepLog, masks: Masks): { summary: string; failed: boolean } {
    let failed = false
    const attempt = (name: keyof FileCommands['paths'], read: (path: string) => void) => {
      const path = this.paths[name]
      if (!existsSync(path)) return
      try {
        read(path)
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        log.issue('error', `Unable to process file command '${name}' successfully.`)
        log.issue('error', error.message)
        failed = true
      }
    }
    let summary = ''
    attempt('path', (path) => results.path.push(...lines(readText(path)).filter((line) => line !== '')))
    attempt('env', (path) => exportVariables(readText(path), results.env, log))
    attempt('step_summary', (path) => {
      summary = readSummary(path, log, masks)
    })
    attempt('state', (path) => {
      for (const { key, value } of keyValuePairs(readText(path))) setIgnoringCase(results.state, key, value)
    })
    attempt('output', (path) => {
      for (const { key, value } of keyValuePairs(readText(path))) setIgnoringCase(results.outputs, required(key), value)
    })
    return { summary, failed }
  }
}

class Malformed extends Error {}

function exportVariables(text: string, env: Record<string, string>, log: StepLog): void {
  for (const { key, value } of keyValuePairs(text)) {
    if (key.toUpperCase() === 'NODE_OPTIONS') {
      log.issue('error', `Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.`)
    } else env[required(key)] = value
  }
}

function required(key: string): string {
  if (key === '') throw new Malformed("Value cannot be null. (Parameter 'name')")
  return key
}

function readSummary(path: string, log: StepLog, masks: Masks): string {
  const { size } = statSync(path)
  if (size > SUMMARY_LIMIT) {
    const sizes = `supports content up to a size of ${SUMMARY_LIMIT / 1024}k, got ${Math.trunc(size / 1024)}k`
    log.issue('error', `$GITHUB_STEP_SUMMARY upload aborted, ${sizes}.`)
    return ''
  }
  return lines(readText(path))
    .map((line) => `${masks.mask(line)}\n`)
    .join('')
}

function readText(path: string): string {
  return new TextDecoder().decode(readFileSync(path))
}

function lines(text: string): string[] {
  const all = text.split(/\r\n|\r|\n/)
  return all.at(-1) === '' ? all.slice(0, -1) : all
}

/**
 * `key=value` lines and `key<<delimiter` blocks: whichever of `=` and `<<` comes first decides. The value of a block is
 * every byte between its two lines except the last newline (actions/runner EnvFileKeyValuePairs). Pairs before a
 * malformed line are returned.
 */
export function* keyValuePairs(text: string): Generator<{ key: string; value: string }> {
  const reader = new LineReader(text)
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      yield { key: line.slice(0, equals), value: line.slice(equals + 1) }
    } else if (heredoc >= 0) {
      yield { key: line.slice(0, heredoc), value: readBlock(reader, line, heredoc) }
    } else throw new Malformed(`Invalid format '${line}'`)
  }
}

function readBlock(reader: LineReader, line: string, heredoc: number): string {
  const delimiter = line.slice(heredoc + 2)
  if (heredoc === 0 || delimiter === '') {
    throw new Malformed(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`)
  }
  const start = reader.index
  let end = start
  for (let next = reader.next(); next !== delimiter; next = reader.next()) {
    if (next === undefined) throw new Malformed(`Invalid value. Matching delimiter not found '${delimiter}'`)
    if (!reader.terminated) throw new Malformed('Invalid value. EOF marker missing new line.')
    end = reader.index - 1
  }
  return reader.text.slice(start, end)
}

/** Only LF ends a line; a CR is part of the value, as on Linux runners. */
class LineReader {
  readonly text: string
  index = 0
  /** Whether the line just read ended with LF. */
  terminated = true

  constructor(text: string) {
    this.text = text
  }

  next(): string | undefined {
    if (this.index >= this.text.length) return undefined
    const start = this.index
    const lf = this.text.indexOf('\n', start)
    this.terminated = lf >= 0
    this.index = lf < 0 ? this.text.length : lf + 1
    return this.text.slice(start, lf < 0 ? this.text.length : lf)
  }
}
