import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ActionsMetadataProvider, validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { DiagnosticSeverity } from 'vscode-languageserver-types'
import { parse } from 'yaml'
import { REPOSITORY as ROOT } from '../../../packages/runner-harness/src/action.ts'

/** Where the actions of this repository are, in text that users copy. */
const NAME = 'org/actions'

/** Our own actions with the inputs of their action.yml; every other action exists, and takes what it is given. */
const actionsAt = (root: string): ActionsMetadataProvider => ({
  async fetchActionMetadata({ owner, name, path }) {
    if (`${owner}/${name}` !== NAME) return { name, description: '' }
    const manifest = join(root, 'actions', path ?? '', 'action.yml')
    return existsSync(manifest) ? parse(readFileSync(manifest, 'utf8')) : undefined
  },
})

/** The service remembers each document by its path, whatever has become of it. */
let documents = 0

/**
 * The errors that GitHub's own language service finds in a workflow or an action.yml: syntax, keys, expressions, the
 * inputs of each `uses:`. One line each, with its line in the file; the path tells a workflow from an action.
 *
 * @param root the folder of this repository, or of a copy
 */
export async function githubProblems(path: string, text: string, root = ROOT): Promise<string[]> {
  const document = TextDocument.create(`file:///${documents++}/${path}`, 'yaml', 1, text)
  const found = await validate(document, { actionsMetadataProvider: actionsAt(root) })
  // A warning says of each variable of the runner that it might not be there.
  const errors = found.filter(({ severity = DiagnosticSeverity.Error }) => severity === DiagnosticSeverity.Error)
  return errors.map(({ range, message }) => `${path}:${range.start.line + 1}: ${message}`)
}
