import { Failure } from '../../packages/core/src/base/failure.ts'

/** What a tree was built from and for; recorded in its release.json. */
export interface Release {
  /** The repository where users find it: `owner/name`, as in `uses:`. */
  readonly repository: string
  /** The tag, such as v1.2.3. */
  readonly version: string
  /** The full commit hash of the sources. */
  readonly commit: string
}

const REPOSITORY = /^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}\/[A-Za-z0-9._-]{1,100}$/
const VERSION = /^v(0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** Throws a Failure for invalid values. */
export function checkRelease({ repository, version, commit }: Release): void {
  if (!REPOSITORY.test(repository)) {
    throw new Failure(`The repository must be like owner/name; it is '${repository}'.`)
  }
  if (!VERSION.test(version)) throw new Failure(`The version must be like v1.2.3; it is '${version}'.`)
  if (!COMMIT.test(commit)) throw new Failure(`The commit must be a full hash; it is '${commit}'.`)
}

/** The tag that moves with every release of a major version: v1 for v1.2.3. */
export const majorTag = (version: string): string => version.replace(/\..*/, '')

/**
 * How sources reference an action, in README.md, in docs and in composite actions: `org/actions/<name>@v1`. A tree uses
 * its own repository and version instead.
 */
const EXAMPLE = /(?<![\w./-])org\/actions((?:\/[\w-]+)?)@(v\d+(?!\w|\.\d)|(?=\S))/g

/** Rewrites examples for users of this release: its repository, and its major tag if the source has one. */
export const withExamples = (text: string, { repository, version }: Release): string =>
  text.replaceAll(
    EXAMPLE,
    (_all, path: string, tag: string) => `${repository}${path}@${tag === '' ? '' : majorTag(version)}`,
  )
