import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'

/** CycloneDX's own schemas, as its library has them; they name each other by their files. */
const FOLDER = join(REPOSITORY, 'node_modules/@cyclonedx/cyclonedx-library/res/schema')
const ADDRESS = 'http://cyclonedx.org/schema/'
const schemaOf = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))

/** What the official schema of CycloneDX 1.6 finds wrong in a JSON document, one line each; formats of strings apart. */
export function cyclonedxProblems(document: unknown): string[] {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    ajv.addSchema(schemaOf(`${name}.SNAPSHOT.schema.json`), `${ADDRESS}${name}.SNAPSHOT.schema.json`)
  }
  const validate = ajv.compile(schemaOf('bom-1.6.SNAPSHOT.schema.json'))
  validate(document)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
