import { existsSync, readFileSync } from 'node:fs'
import { type ActionsMetadataProvider, validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { DiagnosticSeverity } from 'vscode-languageserver-types'
import { parse } from 'yaml'

const ACTIONS = new URL('../../actions/', import.meta.url)

/** Where the actions of this repository are, in text that users copy. */
export const REPOSITORY = 'org/actions'

/** Our own actions with the inputs of their action.yml; every other action exists, and takes what it is given. */
const actionsMetadataProvider: ActionsMetadataProvider = {
  async fetchActionMetadata({ owner, name, path }) {
    if (`${owner}/${name}` !== REPOSITORY) return { name, description: '' }
    const manifest = new URL(`${path}/action.yml`, ACTIONS)
    return existsSync(manifest) ? parse(readFileSync(manifest, 'utf8')) : undefined
  },
}

/** The service remembers each document by its path, whatever has become of it. */
let documents = 0

/**
 * The errors that GitHub's own language service finds in a workflow or an action.yml: syntax, keys, expressions, the
 * inputs of each `uses:`. One line each, with its line in the file; the path tells a workflow from an action.
 */
export async function githubProblems(path: string, text: string): Promise<string[]> {
  const document = TextDocument.create(`file:///${documents++}/${path}`, 'yaml', 1, text)
  const found = await validate(document, { actionsMetadataProvider })
  // A warning says of each variable of the runner that it might not be there.
  const errors = found.filter(({ severity = DiagnosticSeverity.Error }) => severity === DiagnosticSeverity.Error)
  return errors.map(({ range, message }) => `${path}:${range.start.line + 1}: ${message}`)
}
