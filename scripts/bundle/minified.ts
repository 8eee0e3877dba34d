import { minifySync } from 'rolldown/utils'

/**
 * The code without what no machine needs, which is half of what a job downloads and reads. Functions and classes keep
 * their names, so that the stack of a defect says where it was; licences are in licenses.txt.
 */
export function minified(file: string, code: string): string {
  const { code: short, errors } = minifySync(file, code, {
    module: true,
    compress: { keepNames: { function: true, class: true } },
    mangle: { keepNames: true },
  })
  const [first] = errors
  if (first !== undefined) throw new Error(`${file} cannot be minified: ${first.message}`)
  return short
}
