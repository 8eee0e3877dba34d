import { nearest } from '@container-actions/core'
import { DOCKER_OPTIONS, formOf, isOptionName, nameOfLetter, type OptionName } from './docker-options.ts'

/** One option with its value, in normalized form; a switch has `true` or `false`. */
export interface GivenOption {
  readonly name: OptionName
  readonly value: string
}

/** A list of words, parsed as options of `docker build`. */
export interface ParsedOptions {
  /** In the given order. */
  readonly options: readonly GivenOption[]
  /** Problems, one line each. Values are not quoted, because they may contain parts of secrets. */
  readonly problems: readonly string[]
}

/** The input that contains the words. */
const INPUT = "Input 'extra_build_args'"

/** The values that Go's `strconv.ParseBool` accepts. */
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True']
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False']

/** Parses words from the left, like pflag: https://pkg.go.dev/github.com/spf13/pflag#hdr-Command_line_flag_syntax */
class OptionReader {
  readonly options: GivenOption[] = []
  readonly problems: string[] = []
  readonly #words: readonly string[]
  #at = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  read(): ParsedOptions {
    for (let word = this.#next(); word !== undefined; word = this.#next()) {
      if (word === '--') {
        this.problems.push(`${INPUT} has '--', which ends the options. The build context is the input 'path'.`)
        break
      }
      if (word.startsWith('--')) this.#long(word)
      else if (word.startsWith('-') && word !== '-') this.#letters(word)
      else this.#stray()
    }
    return { options: this.options, problems: this.problems }
  }

  #next(): string | undefined {
    return this.#words[this.#at++]
  }

  #long(word: string): void {
    const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
    if (!isOptionName(name)) this.#unknown(`--${name}`, nearest(name, Object.keys(DOCKER_OPTIONS)))
    else if (formOf(name).isSwitch) this.#switch(name, value ?? 'true')
    else this.#value(name, value ?? this.#next())
  }

  /** One-letter switches can be combined, and the value of the last letter can follow it with or without `=`. */
  #letters(word: string): void {
    let rest = word.slice(1)
    while (rest !== '') {
      const letter = rest.charAt(0)
      const name = nameOfLetter(letter)
      const value = rest.length > 2 && rest.charAt(1) === '=' ? rest.slice(2) : undefined
      rest = value === undefined ? rest.slice(1) : ''
      if (name !== undefined && formOf(name).isSwitch) {
        this.#switch(name, value ?? 'true')
        continue
      }
      if (name === undefined) this.#unknown(`-${letter}`, undefined)
      else this.#value(name, value ?? (rest || this.#next()))
      break
    }
  }

  #switch(name: OptionName, value: string): void {
    const isTrue = TRUE.includes(value)
    if (isTrue || FALSE.includes(value)) this.options.push({ name, value: String(isTrue) })
    else this.problems.push(`${INPUT} has '--${name}' with a value that is neither true nor false.`)
  }

  #value(name: OptionName, value: string | undefined): void {
    if (value === undefined) this.problems.push(`${INPUT} ends with '--${name}', which needs a value.`)
    else this.options.push({ name, value })
  }

  #unknown(option: string, near: string | undefined): void {
    const hint = near === undefined ? '' : ` Did you mean '--${near}'?`
    this.problems.push(`${INPUT} has '${option}', which is not an option of docker build.${hint}`)
    // The word after an unknown option may be its value, which would cause a second error about the same option.
    if (this.#words[this.#at]?.startsWith('-') === false) this.#at++
  }

  #stray(): void {
    const before = this.options.at(-1)?.name
    const cure =
      before !== undefined && formOf(before).isSwitch
        ? `Write a value of '--${before}' as '--${before}=false'.`
        : "Quote a value that has spaces; the build context is the input 'path'."
    const where = before === undefined ? 'before its options' : `after '--${before}'`
    this.problems.push(`${INPUT} has a word ${where} that is neither an option nor the value of one. ${cure}`)
  }
}

/**
 * Parses options in all notations that Docker accepts: `-f x`, `-fx`, `-f=x`, `--file x`, `--file=x`, combined letters.
 */
export const parseOptions = (words: readonly string[]): ParsedOptions => new OptionReader(words).read()

/** The options as words in normalized form: `--name=value`, and a switch that is on without a value. */
export const optionWords = (options: readonly GivenOption[]): string[] =>
  options.map(({ name, value }) => (formOf(name).isSwitch && value === 'true' ? `--${name}` : `--${name}=${value}`))

/** The values of an option, in the given order. */
export const valuesOf = (options: readonly GivenOption[], name: OptionName): string[] =>
  options.filter((option) => option.name === name).map(({ value }) => value)

/** The effective value of an option that can have only one. */
export const lastOf = (options: readonly GivenOption[], name: OptionName): string | undefined =>
  valuesOf(options, name).at(-1)

/** Whether a switch is on. */
export const isOn = (options: readonly GivenOption[], name: OptionName): boolean => lastOf(options, name) === 'true'
