import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { Failure } from '../../packages/core/src/base/failure.ts'
import { type Kind, withLinks } from './links.ts'
import { type Release, withExamples } from './release.ts'

/** The path in the tree of a source file or folder; `undefined` if the tree does not contain it. */
function placeInTree(source: string): string | undefined {
  if (source === 'README.md' || source === 'LICENSE') return source
  const [, name, file = ''] = /^actions\/([^/]+)(\/(?:README\.md|action\.yml))?$/.exec(source) ?? []
  return name === undefined ? undefined : `${name}${file}`
}

/** The URL of a source file or folder at the release's commit. */
function sourceUrl(root: string, source: string, kind: Kind, { repository, commit }: Release): string {
  const form = kind === 'image' ? 'raw' : statSync(join(root, source)).isDirectory() ? 'tree' : 'blob'
  return `https://github.com/${repository}/${form}/${commit}/${source}`
}

/**
 * A README as users of a tree read it: examples name the tree's repository, and links lead to the tree's own files or
 * otherwise to the sources. `source` is its path in the sources. Throws a Failure for a broken link.
 */
export function readmeOf(root: string, source: string, markdown: string, release: Release): string {
  const here = posix.dirname(placeInTree(source) ?? source)
  const linked = withLinks(markdown, (target, kind) => {
    const [path = '', ...fragment] = target.split('#')
    const at = posix.join(posix.dirname(source), path).replace(/\/$/, '')
    if (at.startsWith('..') || !existsSync(join(root, at))) {
      throw new Failure(`${source} links to ${target}, which does not exist.`)
    }
    const place = placeInTree(at)
    const url = place === undefined ? sourceUrl(root, at, kind, release) : posix.relative(here, place)
    return [url, ...fragment].join('#')
  })
  return withExamples(linked, release)
}

/** Sections of README.md that apply only to the sources. */
const SOURCES_ONLY = /<!-- sources only -->\n[\s\S]*?<!-- \/sources only -->\n\n?/g

const about = ({ repository, version, commit }: Release): string => `
## About this release

This is ${repository} ${version} as jobs download it: bundles without their sources, built from commit
[${commit.slice(0, 12)}](https://github.com/${repository}/tree/${commit}). \`SHA256SUMS\` has the sum of every file
(\`sha256sum --check SHA256SUMS\`), \`sbom.cdx.json\` the packages in each bundle (CycloneDX), and each action's
\`licenses.txt\` their licenses. In a clone at that commit, \`npm run release:verify -- DIR\` builds all of it again and
compares it with the folder \`DIR\`.
`

/** The README.md at the root of a tree. */
export const rootReadme = (root: string, markdown: string, release: Release): string =>
  `${readmeOf(root, 'README.md', markdown.replaceAll(SOURCES_ONLY, ''), release).trimEnd()}\n${about(release)}`
