import parse, { type Expression } from 'spdx-expression-parse'
import { Failure, reason } from '../../packages/core/src/base/failure.ts'

/** What this file asks of a package: its licence is an SPDX expression; texts are its licence and notice files. */
export interface Licensed {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly texts: readonly string[]
}

/** Licences that let anyone ship the code in a bundle and ask for no more than their text beside it. */
const PERMISSIVE: readonly string[] = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0']

function isPermissive(expression: Expression): boolean {
  if ('license' in expression) {
    return expression.exception === undefined && PERMISSIVE.includes(expression.license)
  }
  const { conjunction, left, right } = expression
  return conjunction === 'or' ? isPermissive(left) || isPermissive(right) : isPermissive(left) && isPermissive(right)
}

/** Throws a Failure for a package whose licence is not among the permissive ones. */
export function checkLicence({ name, version, license }: Licensed): void {
  const package_ = `The package ${name} ${version} would be bundled`
  let expression: Expression
  try {
    expression = parse(license)
  } catch (error) {
    throw new Failure(`${package_}, but its licence '${license}' is no SPDX expression: ${reason(error)}`)
  }
  if (isPermissive(expression)) return
  throw new Failure(
    `${package_}, but its licence '${license}' is not among ${PERMISSIVE.join(', ')}. Use another package.`,
  )
}

/** The Apache licence does not name the owner, so that one copy of it can stand for all. */
const SHARED = 'Apache-2.0'

function textOf(package_: Licensed, all: readonly Licensed[]): string {
  const { name, version, license, texts } = package_
  if (texts.length > 0) return texts.join('\n\n')
  const holder = all.find((other) => other.license === SHARED && other.texts.length > 0)
  if (license === SHARED && holder)
    return `Its package has no copy of the licence; it is the one of ${holder.name} here.`
  throw new Failure(`The package ${name} ${version} would be bundled, but it has no copy of its licence '${license}'.`)
}

/** The content of licenses.txt: every package with its licence and the texts that have to go with its code. */
export const licenceTexts = (packages: readonly Licensed[]): string =>
  `${packages
    .map((one) => [`${one.name} ${one.version}`, one.license, '', textOf(one, packages)].join('\n'))
    .join('\n\n\n')}\n`
