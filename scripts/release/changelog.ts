import { Failure } from '../../packages/core/src/base/failure.ts'

const HEADING = /^## +(\S+)/

/** Lines of the sections headed `## NAME`, for each of them. */
const sectionsOf = (changelog: string, name: string): string[][] => {
  const sections: string[][] = []
  let inside = false
  for (const line of changelog.split(/\r?\n/)) {
    const heading = HEADING.exec(line)
    if (heading) inside = heading[1] === name
    if (heading && inside) sections.push([])
    else if (inside) sections.at(-1)?.push(line)
  }
  return sections
}

/** Headings and blank lines alone say nothing. */
const saysSomething = (lines: readonly string[]): boolean =>
  lines.some((line) => line.trim() !== '' && !line.startsWith('#'))

/**
 * The release notes of a version: its section in the changelog, without the heading.
 *
 * @throws {Failure} if the section is missing, empty or not unique, or if anything is left under `## Unreleased`: a
 * release contains everything on main.
 */
export function notesOf(changelog: string, version: string): string {
  const [section, second] = sectionsOf(changelog, version)
  if (section === undefined) {
    throw new Failure(
      `CHANGELOG.md has no section '## ${version}'. Rename '## Unreleased' to '## ${version} (YYYY-MM-DD)', and add a new, empty '## Unreleased' above it.`,
    )
  }
  if (second !== undefined) {
    throw new Failure(`CHANGELOG.md has more than one section '## ${version}'. Merge them.`)
  }
  if (!saysSomething(section)) {
    throw new Failure(`The section '## ${version}' in CHANGELOG.md is empty. Add what users notice.`)
  }
  if (sectionsOf(changelog, 'Unreleased').some(saysSomething)) {
    throw new Failure(
      `CHANGELOG.md has lines under '## Unreleased', but ${version} contains everything on main. Move them to '## ${version}'.`,
    )
  }
  return section.join('\n').trim()
}
