import { execFileSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'

const AUTHOR = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@users.noreply.github.com']

export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', [...AUTHOR, ...args], { cwd: folder, encoding: 'utf8' }).trim()

/** Makes `folder` a repository whose one commit has the sources as they are now, committed or not. */
export function commitSources(folder: string): void {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  // The sources may belong to another user than the one who tests them.
  for (const file of git(REPOSITORY, '-c', 'safe.directory=*', ...listed).split('\0')) {
    if (file === '' || !existsSync(join(REPOSITORY, file))) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(REPOSITORY, file), join(folder, file))
  }
  git(folder, 'init', '--quiet')
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--message', 'sources')
}

/** The installed packages: links to the files where the file system allows it, and folders of the copy's own. */
function installPackages(folder: string): void {
  const [from, to] = [join(REPOSITORY, 'node_modules'), join(folder, 'node_modules')]
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' })
  } catch {
    rmSync(to, { recursive: true, force: true })
    execFileSync('cp', ['-a', from, to])
  }
  // A file of its own, younger than the lock file: the packages are those of the lock file.
  const record = join(to, '.package-lock.json')
  rmSync(record)
  cpSync(join(from, '.package-lock.json'), record)
}

function giveFolders(folder: string, user: number): void {
  chownSync(folder, user, user)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) giveFolders(join(folder, entry.name), user)
  }
}

/** A clone of `repository` with its packages installed, as `user`'s where there is one; it has no builds. */
export function freshCopy(repository: string, folder: string, user?: number): void {
  git(dirname(repository), 'clone', '--quiet', '--no-hardlinks', repository, folder)
  if (user !== undefined) execFileSync('chown', ['-R', `${user}:${user}`, folder])
  installPackages(folder)
  // Not the files: they are the same ones as those of the sources.
  if (user !== undefined) giveFolders(join(folder, 'node_modules'), user)
}
