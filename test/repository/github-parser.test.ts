import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { githubProblems } from '../support/contract/github-parser.ts'

const root = new URL('../../', import.meta.url)
const files = ['.github/workflows', 'actions'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/.test(path) && !/node_modules|\/(?:lib|dist|test)\//.test(path))
    .map((path) => `${folder}/${path}`),
)

describe("GitHub's own parser", () => {
  it.each(files)('accepts %s', async (path) => {
    expect(await githubProblems(path, readFileSync(new URL(path, root), 'utf8'))).toEqual([])
  })

  it.each([
    ['an unknown input', 'with: { host: unix:///d.sock, hots: a }', "Invalid action input 'hots'"],
    ['an unknown context', 'if: githubb.ref == 1', "Unrecognized named-value: 'githubb'"],
    ['an unknown key', 'wiht: { host: a }', "Unexpected value 'wiht'"],
  ])('refuses %s', async (_, line, problem) => {
    const step = `      - uses: org/actions/docker-ready@v1\n        ${line}\n`
    const text = `on: push\njobs:\n  a:\n    runs-on: self-hosted\n    steps:\n${step}`
    expect((await githubProblems('.github/workflows/x.yml', text)).join()).toContain(problem)
  })

  it.each([
    ['an action that is not there', 'org/actions/docker-redy@v1', 'Unable to resolve action'],
    ['a required input that is missing', 'org/actions/ecr-push@v1', 'Missing required input `repo`'],
  ])('refuses %s', async (_, uses, problem) => {
    const text = `on: push\njobs:\n  a:\n    runs-on: self-hosted\n    steps:\n      - uses: ${uses}\n`
    expect((await githubProblems('.github/workflows/x.yml', text)).join()).toContain(problem)
  })
})
