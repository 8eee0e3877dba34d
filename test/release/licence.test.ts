import { describe, expect, it } from 'vitest'
import { checkLicence, type Licensed, licenceTexts } from '../../scripts/bundle/licence.ts'

const licensed = (license: string, ...texts: string[]): Licensed => ({
  name: 'left-pad',
  version: '1.3.0',
  license,
  texts,
})

describe('the licence of a bundled package', () => {
  it.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0-only)', 'GPL-2.0-only OR (BSD-2-Clause AND ISC)', 'MIT AND 0BSD'])(
    'may be %s',
    (license) => {
      expect(() => checkLicence(licensed(license))).not.toThrow()
    },
  )

  it.each(['GPL-3.0-only', 'MIT AND LGPL-2.1-only', 'GPL-2.0-only WITH Classpath-exception-2.0', 'LicenseRef-ours'])(
    'may not be %s',
    (license) => {
      expect(() => checkLicence(licensed(license))).toThrow(
        `The package left-pad 1.3.0 would be bundled, but its licence '${license}' is not among 0BSD, Apache-2.0, ` +
          'BSD-2-Clause, BSD-3-Clause, ISC, MIT, MIT-0. Use another package.',
      )
    },
  )

  it.each(['SEE LICENSE IN LICENSE.md', 'UNLICENSED', 'undefined', ''])(
    'may not be %j, which says nothing',
    (license) => {
      expect(() => checkLicence(licensed(license))).toThrow(
        `The package left-pad 1.3.0 would be bundled, but its licence '${license}' is not an SPDX expression: `,
      )
    },
  )
})

describe('licenses.txt', () => {
  it('has the texts of every package', () => {
    expect(licenceTexts([licensed('MIT', 'Copyright A', 'Notice B')])).toBe(
      'left-pad 1.3.0\nMIT\n\nCopyright A\n\nNotice B\n',
    )
  })

  it('names the copy of the Apache licence for a package without one', () => {
    const holder = { name: 'aws', version: '1.0.0', license: 'Apache-2.0', texts: ['Apache License'] }
    expect(licenceTexts([licensed('Apache-2.0'), holder])).toContain('it is the one of aws here.')
  })

  it.each([['MIT'], ['Apache-2.0']])('cannot be without the text of %s', (license) => {
    expect(() => licenceTexts([licensed(license)])).toThrow(
      `The package left-pad 1.3.0 would be bundled, but it has no copy of its licence '${license}'.`,
    )
  })
})
