import { Failure } from '../../packages/core/src/base/failure.ts'
import { SDK } from '../bundle/sdk.ts'
import { type TreeFile, textFile } from './tree.ts'

/** By name, the files of AWS's SDK that were beside a bundle. */
type SdkFiles = ReadonlyMap<string, TreeFile>

const ENTRY = `${SDK}.js`

/** What a released action has in place of its own copy, by path in the action's folder. */
export const sdkLink = (sdk: SdkFiles): [string, TreeFile][] =>
  sdk.size === 0 ? [] : [[`dist/${ENTRY}`, textFile(`export * from '../../${SDK}/${ENTRY}'\n`)]]

interface WithSdk {
  readonly name: string
  readonly sdk: SdkFiles
}

function checkEqual(one: WithSdk, other: WithSdk): void {
  const names = new Set([...one.sdk.keys(), ...other.sdk.keys()])
  for (const name of names) {
    const [first, second] = [one.sdk.get(name)?.content, other.sdk.get(name)?.content]
    if (first !== undefined && second !== undefined && first.equals(second)) continue
    throw new Failure(
      `actions/${one.name} and actions/${other.name} were built with different copies of dist/${name}. Build again with: npm run build`,
    )
  }
}

/** The one copy of a release, by path below its root. */
export function sharedSdk(actions: readonly WithSdk[], licences: () => string): [string, TreeFile][] {
  const [first, ...others] = actions.filter(({ sdk }) => sdk.size > 0)
  if (first === undefined) return []
  for (const other of others) checkEqual(first, other)
  return [
    ...[...first.sdk].map(([name, file]): [string, TreeFile] => [`${SDK}/${name}`, file]),
    [`${SDK}/package.json`, textFile('{ "type": "module" }\n')],
    [`${SDK}/licenses.txt`, textFile(licences())],
  ]
}
