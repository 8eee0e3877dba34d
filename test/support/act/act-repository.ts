import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a repository has. */
export interface RepositoryContent {
  readonly files: Readonly<Record<string, string>>
  readonly branch: string
  /** Puts further files into its folder. */
  readonly lay?: (repository: string) => void
}

/** Makes octo-org/app in `folder`, with one commit. @returns the commit */
export function commitRepository(folder: string, { files, branch, lay }: RepositoryContent): string {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  lay?.(folder)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
  git('init', '--quiet', '--initial-branch', branch)
  git('remote', 'add', 'origin', 'https://github.com/octo-org/app')
  git('add', '--all')
  git('-c', 'user.name=octocat', '-c', 'user.email=octocat@users.noreply.github.com', 'commit', '--quiet', '-m', 'app')
  return git('rev-parse', 'HEAD')
}
