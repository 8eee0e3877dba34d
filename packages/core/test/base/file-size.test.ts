import { expect, test } from 'vitest'
import { formatSize } from '../../src/base/file-size.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [12_345_678, '12.3 MB'],
  [2_147_483_648, '2.1 GB'],
])('%d bytes', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text)
})
