import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findInstalled, parentIn, versionInDockerfile } from '../src/installed.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'installed-'))
  mkdirSync(join(folder, 'bin'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const deps = (text: string) => writeFileSync(join(folder, 'bin/Runner.Listener.deps.json'), text)
const dockerfile = (text: string) => {
  const file = join(folder, 'Dockerfile')
  writeFileSync(file, text)
  return file
}

describe('findInstalled', () => {
  it('takes a version', () => expect(findInstalled('v2.330.0')?.version.text).toBe('2.330.0'))

  it('reads the folder of a runner', () => {
    deps('{ "targets": { "net8.0": { "Runner.Listener/2.330.0": {} } } }')
    expect(findInstalled(folder)).toMatchObject({ version: { text: '2.330.0' }, source: `the runner in ${folder}` })
  })

  it('reads a Dockerfile', () => {
    const file = dockerfile('ARG RUNNER_VERSION=2.329.0\nFROM debian\n')
    expect(findInstalled(file)).toMatchObject({ version: { text: '2.329.0' }, source: file })
  })

  it('finds no runner above a test', () => expect(findInstalled('auto')).toBeUndefined())

  it('says what is wrong with a folder, a file and nothing', () => {
    expect(() => findInstalled(folder)).toThrow(/there is no runner in that folder/)
    deps('{}')
    expect(() => findInstalled(folder)).toThrow(/there is no runner in that folder/)
    expect(() => findInstalled(dockerfile('FROM debian:12\n'))).toThrow(
      /has neither ARG RUNNER_VERSION=2\.x\.y nor FROM/,
    )
    expect(() => findInstalled('2.330')).toThrow(
      `Input 'installed' must be auto, a version like 2.330.0, the folder of a runner, or a Dockerfile; it is "2.330", but there is no such file.`,
    )
  })
})

describe('versionInDockerfile', () => {
  it.each([
    ['ARG RUNNER_VERSION=2.330.0', '2.330.0'],
    ['  arg RUNNER_VERSION="2.330.0" # pinned', '2.330.0'],
    ['FROM ghcr.io/actions/actions-runner:2.330.0', '2.330.0'],
    ['FROM --platform=linux/amd64 mirror:5000/actions/actions-runner:2.330.0@sha256:00 AS base', '2.330.0'],
    ['ARG RUNNER_VERSION=2.331.0\nFROM ghcr.io/actions/actions-runner:2.330.0', '2.331.0'],
    ['ARG RUNNER_VERSION\nFROM ghcr.io/actions/actions-runner:2.330.0', '2.330.0'],
    ['FROM ghcr.io/actions/actions-runner:latest', undefined],
    ['# FROM ghcr.io/actions/actions-runner:2.330.0', undefined],
  ])('%j has %s', (text, expected) => expect(versionInDockerfile(text)?.text).toBe(expected))
})

describe('parentIn', () => {
  it.each([
    ['12 (Runner.Worker) S 7 12 12 0', 7],
    ['12 (a) S 1 (b) R 9 0', 9],
    ['', undefined],
  ])('%j has the parent %s', (stat, expected) => expect(parentIn(stat)).toBe(expected))
})
