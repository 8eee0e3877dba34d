import { lchownSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { recordFolder } from '../../../packages/core/test/support/folder-record.ts'
import { writeFiles } from '../../../packages/runner-harness/src/folders.ts'
import type { Job } from '../../../packages/runner-harness/src/index.ts'
import { NOBODY } from '../../../packages/runner-harness/src/user.ts'

const LOGIN = 'logins/01234567-89ab-cdef-0123-456789abcdef'
const CONFIG = '{\n\t"auths": {\n\t\t"ghcr.io": {\n\t\t\t"auth": "eDp5"\n\t\t}\n\t}\n}\n'

/** Files that look like a step's own, and belong to the user or to other jobs. */
const HOME = {
  'notes.txt': "the user's own",
  '.ssh/id': 'a key',
  '.docker/config.json': CONFIG,
  // A folder `docker` beside a folder `logins`, as in an isolated login, at several places.
  'docker/config.json': CONFIG,
  [LOGIN]: '[]',
  '.docker/docker/config.json': CONFIG,
  [`.docker/${LOGIN}`]: '[]',
  'work/docker/config.json': CONFIG,
  [`work/${LOGIN}`]: '[]',
  '.docker/buildx/instances/ecr-push-0123456789ab': '{"Name":"ecr-push-0123456789ab"}',
  '.docker/config.json.ecr-login-01234567-89ab-cdef-0123-456789abcdef': "another job's",
}
const TEMP = {
  'ecr-login-000000000000/docker/config.json': CONFIG,
  [`ecr-login-000000000000/${LOGIN}`]: '[]',
  'ecr-login-111111111111/docker/config.json': CONFIG,
  [`ecr-login-111111111111/${LOGIN}`]: '[]',
  'ecr-login-222222222222': 'a file',
  'ecr-push-333333333333/config.json': CONFIG,
  'ecr-push-444444444444/file': "another user's",
}

/** Where in RUNNER_TEMP a step makes its folders: the second one is the home of docker actions. */
const PLACES = ['.', '_github_home']

/** Links, by what they lead to. */
const LINKS = {
  'home/.docker/config.json.new': 'home/notes.txt',
  'home/.docker/config.json.tmp': 'home/.ssh/id',
  'temp/ecr-login-555555555555': 'home',
  'temp/ecr-push-666666666666': 'home/.ssh',
  'temp/_github_home/ecr-login-555555555555': 'home',
}

/** Lock that the owner's clock has dated far ahead. A login in this folder finds it stale, and takes it over. */
const FUTURE = '.docker/config.json.ecr-login-lock'

const isRoot = process.getuid?.() === 0

/** Puts all these into the folders of a job. */
function plant(job: Job): void {
  const { folders } = job
  writeFiles(folders.home, HOME)
  for (const name of PLACES) writeFiles(join(folders.temp, name), TEMP)
  writeFiles(folders.home, { [FUTURE]: 'x' })
  utimesSync(join(folders.home, FUTURE), new Date('2100-01-01'), new Date('2100-01-01'))
  const place = (path: string) => path.replace(/^(home|temp)/, (_, name: 'home' | 'temp') => folders[name])
  for (const [link, target] of Object.entries(LINKS)) {
    mkdirSync(dirname(place(link)), { recursive: true })
    symlinkSync(place(target), place(link))
  }
  const places = PLACES.map((name) => join(folders.temp, name))
  for (const folder of places) {
    // Marked by a step of another user, or of another job.
    for (const name of ['ecr-login-111111111111', 'ecr-push-333333333333', 'ecr-push-444444444444']) {
      symlinkSync('fedcba98-7654-3210-fedc-ba9876543210', join(folder, name, '.container-actions'))
    }
  }
  for (const folder of [folders.home, folders.temp]) job.handOver(folder)
  for (const folder of isRoot ? places : []) {
    for (const path of ['.container-actions', 'file', '']) {
      lchownSync(join(folder, 'ecr-push-444444444444', path), NOBODY, NOBODY)
    }
  }
}

const isRunners = (path: string): boolean => /^_(?:runner_file_commands|github_workflow)/.test(path)

/**
 * Plants the neighbours of a job.
 *
 * @returns a check that they are as they were, byte by byte, and that nothing was added to them
 */
export function hostileNeighbours(job: Job, changed: readonly string[] = []): () => void {
  const { home, temp } = job.folders
  plant(job)
  const record = () => ({
    home: recordFolder(home, (path) => [FUTURE, ...changed].includes(path)),
    temp: recordFolder(temp, isRunners),
  })
  const before = record()
  return () => expect(record()).toEqual(before)
}

/** The user's configuration as it was planted. */
export const NEIGHBOUR_CONFIG = CONFIG
