import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { relativeTargets } from '../../scripts/release/links.ts'

/** The anchors that GitHub gives the headings of a text: in lower case, without marks, spaces as hyphens. */
function anchorsOf(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '')
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Where the links and images of a text lead, but for addresses on the web. */
export function linksIn(markdown: string): string[] {
  const here = [...markdown.matchAll(/\]\((#[\w-]+)\)/g)].map(([, anchor]) => anchor ?? '')
  return [...relativeTargets(markdown), ...here]
}

/** The links and images of `document` that lead to no file, folder or heading below `root`, each with what is missing. */
export function brokenLinks(root: string, document: string): string[] {
  const markdown = readFileSync(join(root, document), 'utf8')
  return linksIn(markdown).flatMap((target) => {
    const [path = '', anchor] = target.split('#')
    const at = path === '' ? document : posix.join(posix.dirname(document), path)
    if (!existsSync(join(root, at))) return [`${target}: there is no ${at}`]
    if (anchor === undefined) return []
    const text = statSync(join(root, at)).isDirectory() ? posix.join(at, 'README.md') : at
    const found = anchorsOf(readFileSync(join(root, text), 'utf8')).includes(anchor)
    return found ? [] : [`${target}: ${text} has no such heading`]
  })
}
