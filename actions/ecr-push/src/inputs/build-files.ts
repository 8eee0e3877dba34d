import { existsSync, statSync } from 'node:fs'
import { Failure, type InputReader } from '@container-actions/core'

/** A context that Docker downloads: https://docs.docker.com/build/concepts/context/#remote-context */
const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i

export const isRemote = (path: string): boolean => REMOTE.test(path)

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

/** For Docker this means standard input, which is empty here. */
const STDIN = '-'

export function readBuildFile(input: InputReader, name: 'path' | 'dockerfile'): string {
  const given = input.string(name)
  if (given === STDIN) {
    input.reject(
      `Input '${name}' is "-", which Docker interprets as standard input. Use "./-" for a file with that name.`,
    )
  }
  return given
}

/** Fails if a local build context or its Dockerfile does not exist; both are relative to the working directory. */
export function checkBuildFiles({ path, dockerfile }: { path: string; dockerfile: string }): void {
  if (isRemote(path)) return
  if (!isFolder(path)) {
    throw new Failure(
      `Input 'path' is ${JSON.stringify(path)}, but there is no such folder in ${process.cwd()}. Check out the sources before this step.`,
    )
  }
  if (!existsSync(dockerfile) || isFolder(dockerfile)) {
    throw new Failure(
      `Input 'dockerfile' is ${JSON.stringify(dockerfile)}, but there is no such file in ${process.cwd()}. It is read from the workspace, not from 'path'.`,
    )
  }
}
