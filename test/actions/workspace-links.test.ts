import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJob } from '../../packages/runner-harness/src/index.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'))
  for (const name of ['Dockerfile', 'credentials', '.dockerignore'])
    writeFileSync(join(home, name), '{"Statement":"secret"}')
})
afterAll(() => rmSync(home, { recursive: true }))

type Given = Readonly<Record<string, string | boolean>>

/** Runs a step in a checkout whose `link` is a folder elsewhere, and tells what it fails with. */
async function lineOf(action: string, given: Given, link = 'link'): Promise<string[]> {
  const workspace = { Dockerfile: 'FROM scratch\nCOPY . /\n', file: '{}', 'app/Dockerfile': 'FROM scratch\nCOPY . /\n' }
  await using job = await createJob({ workspace })
  symlinkSync(home, join(job.folders.workspace, 'link'))
  if (link !== 'link') symlinkSync(join(home, 'credentials'), join(job.folders.workspace, link))
  const step = await job.run(action, { with: { region: 'eu-central-1', repo: 'app', ...given } })
  expect(step.conclusion, step.log).toBe('failure')
  expect(step.raw).not.toContain('"secret"')
  return step.annotations.map(({ message }) => message)
}

const leaves = (subject: string, link: string, target: string) =>
  `${subject}, but the link "${link}" leads out of the workspace to "${target}". Remove the link, or use "${target}" itself if that is intended.`

describe('a path that leaves the workspace through a link of the checkout is refused by ecr-push', () => {
  it.concurrent.each<[string, Given, string]>([
    ['path', { path: 'link' }, `Input 'path' is "link"`],
    ['path below it', { path: './link/sub/..' }, `Input 'path' is "./link/sub/.."`],
    ['dockerfile', { dockerfile: 'link/Dockerfile' }, `Input 'dockerfile' is "link/Dockerfile"`],
    ['build_contexts', { build_contexts: 'a=link' }, `Input 'build_contexts' has "link"`],
    ['an OCI layout', { build_contexts: 'a=oci-layout://link/a:1' }, `Input 'build_contexts' has "link/a"`],
    ['secret_files', { secret_files: 'id=link/credentials' }, `Input 'secret_files' has "link/credentials"`],
    ['ssh', { ssh: 'id=link/key' }, `Input 'ssh' has "link/key"`],
    ['cache_from', { cache_from: 'type=local,src=link' }, `Input 'cache_from' has "link"`],
    ['cache_to', { cache_to: 'type=local,dest=link/new' }, `Input 'cache_to' has "link/new"`],
    ['prebuild_script', { prebuild_script: 'link/run a' }, `Input 'prebuild_script' is "link/run"`],
    [
      'repo_policy_file',
      { set_repo_policy: true, repo_policy_file: 'link/credentials' },
      `Input 'repo_policy_file' is "link/credentials"`,
    ],
    ['a secret', { extra_build_args: '--secret id=a,src=link/credentials' }, `Input 'extra_build_args' has '--secret'`],
    ['a build without a push', { path: 'link', push: false }, `Input 'path' is "link"`],
    ['a dry run', { path: 'link', dry_run: true }, `Input 'path' is "link"`],
    ['a hash of the content', { path: 'link', skip_if_exists: 'inputs' }, `Input 'path' is "link"`],
  ])('in %s', async (_, given, subject) => {
    expect(await lineOf('ecr-push', given)).toEqual([
      leaves(subject, given['path'] === undefined ? 'link' : subject.includes('./') ? './link' : 'link', home),
    ])
  })

  it.concurrent.each([
    ['.dockerignore', '.'],
    ['app/.dockerignore', 'app'],
    ['app/Dockerfile.dockerignore', '.'],
  ])('as the ignore file %s', async (file, path) => {
    const dockerfile = path === '.' && file.startsWith('app') ? 'app/Dockerfile' : 'Dockerfile'
    const line = leaves(`The build reads "${file}"`, file, join(home, 'credentials'))
    expect(await lineOf('ecr-push', { path, dockerfile }, file)).toEqual([line])
  })
})

describe('a policy that is elsewhere is refused by ecr-repository', () => {
  it.concurrent.each(['lifecycle_policy', 'repository_policy'])('in %s', async (name) => {
    expect(await lineOf('ecr-repository', { [name]: 'link/credentials' })).toEqual([
      leaves(`Input '${name}' names the file "link/credentials"`, 'link', home),
    ])
  })
})

it('a path elsewhere that the workflow itself names is its own word', async () => {
  await using job = await createJob({ workspace: { Dockerfile: 'FROM scratch\nCOPY . /\n' } })
  const given = {
    repo: 'app',
    region: 'eu-central-1',
    secret_files: `id=${home}/credentials`,
    path: home,
    builder: 'none',
  }
  const step = await job.run('ecr-push', { with: given })
  expect(step.annotations.map(({ message }) => message).join('\n')).not.toContain('leads out of')
})
