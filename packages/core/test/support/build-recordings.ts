import { readFileSync, writeFileSync } from 'node:fs'
import type { FailingBuilder } from './failing-build.ts'

/** What a client printed, with its exit code. */
export interface Recording {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const fileOf = (builder: FailingBuilder) => new URL(`../fixtures/build-failures/${builder}.txt`, import.meta.url)

/** A line of the file for each line that was printed: `1|` for stdout, `2|` for stderr. */
const lines = (text: string, stream: 1 | 2): string[] =>
  text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${stream}|${line}`)

const section = (title: string, { exitCode, stdout, stderr }: Recording): string =>
  [`# ${title}: exit ${exitCode}`, ...lines(stdout, 1), ...lines(stderr, 2), ''].join('\n')

/** Keeps what a builder printed for each of its failing builds, by their titles. */
export function writeRecordings(builder: FailingBuilder, recordings: Readonly<Record<string, Recording>>): void {
  const sections = Object.entries(recordings).map(([title, recording]) => section(title, recording))
  writeFileSync(fileOf(builder), sections.join('\n'))
}

export function readRecordings(builder: FailingBuilder): Readonly<Record<string, Recording>> {
  const sections = readFileSync(fileOf(builder), 'utf8')
    .split(/^# (.*): exit (\d+)\n/m)
    .slice(1)
  const recordings: Record<string, Recording> = {}
  for (let at = 0; at < sections.length; at += 3) {
    const [title = '', exitCode, text = ''] = sections.slice(at, at + 3)
    const of = (stream: 1 | 2) =>
      [...text.matchAll(new RegExp(`^${stream}\\|(.*\n)`, 'gm'))].map(([, line]) => line).join('')
    recordings[title] = { exitCode: Number(exitCode), stdout: of(1), stderr: of(2) }
  }
  return recordings
}
