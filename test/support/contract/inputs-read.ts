/** Prints the inputs that a `readInputs` reads: `node inputs-read.ts FILE`, the file being an action's inputs.ts. */
import { pathToFileURL } from 'node:url'
import { inputsOf } from '../../../packages/core/src/testing.ts'

const [file = ''] = process.argv.slice(2)
const { readInputs } = await import(pathToFileURL(file).href)
const reader = inputsOf({})
readInputs(reader)
process.stdout.write(JSON.stringify([...reader.names]))
