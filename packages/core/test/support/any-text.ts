import fc from 'fast-check'

const codePoint = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0x10ffff }))

/** Text of any code points, every other one ASCII, with control characters and lone surrogates. */
export const anyText = (length: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.array(codePoint, length).map((points) => String.fromCodePoint(...points))
