/** Fences and text between back-ticks, where nothing is a link; the second group is the fence. */
const CODE = /(^ *(```|~~~)[\s\S]*?^ *\2[^\n]*$|`[^`\n]+`)/m

/** What stands before the target of an image or link, of a link's definition, and of an HTML attribute. */
const TARGET = /(!\[[^\]]*\]\(|\]\(|^ *\[[^\]]+\]: +|\b(?:src|srcset|href)=")([^)\s"]+)/gm

/** A file of the same repository: neither a URL nor a place in the same file. */
const isRelative = (target: string): boolean => !/^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target)

export type Kind = 'link' | 'image'

/** The Markdown with every relative target replaced. */
export function withLinks(markdown: string, replace: (target: string, kind: Kind) => string): string {
  const withTargets = (prose: string): string =>
    prose.replaceAll(TARGET, (all, before: string, target: string) => {
      const kind = /^(!|src)/.test(before) ? 'image' : 'link'
      return isRelative(target) ? `${before}${replace(target, kind)}` : all
    })
  // Of three parts each, the first is prose, the second code, and the third its fence, which the code has already.
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
