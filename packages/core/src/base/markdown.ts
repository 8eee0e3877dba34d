/** Text as inline code that stays text whatever it holds: in a table, with backticks, with HTML. */
export function code(text: string): string {
  const escaped = text.replaceAll(
    /[&<>"'|`*_[\]\\~:@]|[\p{Cc}\p{Cf}]/gu,
    (character) => `&#${character.codePointAt(0)};`,
  )
  return `<code>${escaped}</code>`
}

/** A table in GitHub's Markdown; the cells are Markdown themselves. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(headers), line(headers.map(() => '---')), ...rows.map(line), ''].join('\n')
}

/** Lines as they are, under a title; the fence is longer than any run of backquotes in them. */
export function block(title: string, lines: readonly string[]): string {
  const longest = Math.max(0, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return ['', ...(title === '' ? [] : [title, '']), fence, ...lines, fence, ''].join('\n')
}
