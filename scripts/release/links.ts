/** Fenced blocks and inline code, which contain no links; the second group is the fence. */
const CODE = /(^ *(```|~~~)[\s\S]*?^ *\2[^\n]*$|`[^`\n]+`)/m

/** The text before the target of an image, a link, a link definition or an HTML attribute. */
const TARGET = /(!\[[^\]]*\]\(|\]\(|^ *\[[^\]]+\]: +|\b(?:src|srcset|href)=")([^)\s"]+)/gm

/** A file in the same repository: neither a URL nor an anchor in the same file. */
const isRelative = (target: string): boolean => !/^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target)

export type Kind = 'link' | 'image'

/** Replaces every relative target in the Markdown. */
export function withLinks(markdown: string, replace: (target: string, kind: Kind) => string): string {
  const withTargets = (prose: string): string =>
    prose.replaceAll(TARGET, (all, before: string, target: string) => {
      const kind = /^(!|src)/.test(before) ? 'image' : 'link'
      return isRelative(target) ? `${before}${replace(target, kind)}` : all
    })
  // Each match has three parts: prose, code, and its fence, which the code already includes.
  return markdown
    .split(CODE)
    .map((part, index) => [withTargets, (code: string) => code, () => ''][index % 3]?.(part ?? ''))
    .join('')
}

/** The relative targets of the Markdown's links and images. */
export function relativeTargets(markdown: string): string[] {
  const targets: string[] = []
  withLinks(markdown, (target) => {
    targets.push(target)
    return target
  })
  return targets
}
