/** The part of the parser that licence.ts uses: https://github.com/jslicense/spdx-expression-parse.js#readme */
declare module 'spdx-expression-parse' {
  export interface Licence {
    readonly license: string
    /** What follows `WITH`. */
    readonly exception?: string
  }
  export interface Compound {
    readonly conjunction: 'and' | 'or'
    readonly left: Expression
    readonly right: Expression
  }
  export type Expression = Licence | Compound
  /** Throws if the text is not an SPDX expression. */
  export default function parse(text: string): Expression
}
