/** A value as XML: members become child elements in order; undefined ones are omitted. */
export type Xml = string | number | { readonly [name: string]: Xml | undefined }

export function element(name: string, value: Xml): string {
  const content =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, inner]) => (inner === undefined ? '' : element(child, inner)))
          .join('')
      : escapeXml(String(value))
  return `<${name}>${content}</${name}>`
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign)
