import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The content of an example's first comment. */
interface Example {
  readonly shows: string
  readonly needs: string
}

/** Parses the first comment of the workflow `file`. Throws if it does not end with the requirements of the workflow. */
export function exampleOf(file: string, workflow: string): Example {
  const [comment = ''] = /^(?:#.*\n)*/.exec(workflow) ?? []
  const text = comment.replaceAll(/^# ?/gm, '').replaceAll(/\s+/g, ' ').trim()
  const [, shows, needs] = /^(.+?\.) Needs: (.+\.)$/.exec(text) ?? []
  if (shows === undefined || needs === undefined) {
    throw new Error(`${file} must begin with a comment: what it shows, then '# Needs: …', both as sentences.`)
  }
  return { shows, needs: needs.charAt(0).toUpperCase() + needs.slice(1) }
}

/** The table of the workflows in `folder`, as lines of Markdown. */
export function exampleRows(folder: string): string[] {
  const rows = globSync('*.yml', { cwd: folder })
    .sort()
    .map((file) => {
      const { shows, needs } = exampleOf(file, readFileSync(join(folder, file), 'utf8'))
      return `| [\`${file}\`](${file}) | ${shows} | ${needs} |`
    })
  return ['| Workflow | What it shows | What it needs |', '|---|---|---|', ...rows]
}
