/** Formats text as inline code, which stays literal in tables, with backticks and with HTML. */
export function code(text: string): string {
  const escaped = text.replaceAll(
    /[&<>"'|`*_[\]\\~:@]|[\p{Cc}\p{Cf}]/gu,
    (character) => `&#${character.codePointAt(0)};`,
  )
  return `<code>${escaped}</code>`
}

/** A table in GitHub's Markdown; the cells are Markdown. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(headers), line(headers.map(() => '---')), ...rows.map(line), ''].join('\n')
}

/** Verbatim lines under a title; the fence is longer than any run of backticks in them. */
export function block(title: string, lines: readonly string[]): string {
  const longest = Math.max(0, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return ['', ...(title === '' ? [] : [title, '']), fence, ...lines, fence, ''].join('\n')
}
