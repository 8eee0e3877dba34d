import parse, { type Expression } from 'spdx-expression-parse'
import { Failure, reason } from '../../packages/core/src/base/failure.ts'

/** What this file needs of a package: its license as an SPDX expression, and its license and notice files. */
export interface Licensed {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly texts: readonly string[]
}

/** Licenses that allow anyone to ship the code in a bundle, and require only that their text is included. */
const PERMISSIVE: readonly string[] = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0']

function isPermissive(expression: Expression): boolean {
  if ('license' in expression) {
    return expression.exception === undefined && PERMISSIVE.includes(expression.license)
  }
  const { conjunction, left, right } = expression
  return conjunction === 'or' ? isPermissive(left) || isPermissive(right) : isPermissive(left) && isPermissive(right)
}

/** Throws a Failure for a package whose license is not permissive. */
export function checkLicence({ name, version, license }: Licensed): void {
  const package_ = `The package ${name} ${version} would be bundled`
  let expression: Expression
  try {
    expression = parse(license)
  } catch (error) {
    throw new Failure(`${package_}, but its licence '${license}' is not an SPDX expression: ${reason(error)}`)
  }
  if (isPermissive(expression)) return
  throw new Failure(
    `${package_}, but its licence '${license}' is not among ${PERMISSIVE.join(', ')}. Use another package.`,
  )
}

/** The Apache license does not name the owner, so one copy is enough for all packages. */
const SHARED = 'Apache-2.0'

function textOf(package_: Licensed, all: readonly Licensed[]): string {
  const { name, version, license, texts } = package_
  if (texts.length > 0) return texts.join('\n\n')
  const holder = all.find((other) => other.license === SHARED && other.texts.length > 0)
  if (license === SHARED && holder)
    return `Its package has no copy of the licence; it is the one of ${holder.name} here.`
  throw new Failure(`The package ${name} ${version} would be bundled, but it has no copy of its licence '${license}'.`)
}

/** The content of licenses.txt: every package with its license and the texts that must accompany its code. */
export const licenceTexts = (packages: readonly Licensed[]): string =>
  `${packages
    .map((one) => [`${one.name} ${one.version}`, one.license, '', textOf(one, packages)].join('\n'))
    .join('\n\n\n')}\n`
