/**
 * Characters that a terminal or the runner interprets instead of displaying: control characters except tabs and
 * newlines, line and paragraph separators, and marks that change the direction of the following text
 * (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters).
 */
const ACTIVE = /[^\P{Cc}\t\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`

/**
 * The two forms of a workflow command: `##[name]` anywhere in a line, and `::name::` at its start, after whitespace
 * (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
 */
const BRACKET = /##\[/g
const COLONS = /^(\s*)::/gmu

/**
 * Text for the log that the runner displays and never interprets, although names, labels and responses in it come from
 * strangers. Newlines are kept; everything else with an effect is escaped visibly: `##\[`, `\::`, `\u{1b}`.
 */
export const logText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll(ACTIVE, escaped).replaceAll(BRACKET, '##\\[').replaceAll(COLONS, '$1\\::')
