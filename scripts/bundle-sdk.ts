/**
 * Bundles AWS's SDK as the actions use it: `node ../../scripts/bundle-sdk.ts` in packages/core makes dist/aws-sdk.js of
 * lib/aws/aws-sdk.js, with the parts that load later beside it, all named `aws-sdk*.js`, with dist/bundled.json and dist/licenses.txt. It goes
 * through the SDK's ES modules, of which only what is used is left, and is minified. Rolldown makes it, which Vite brings
 * along, as ncc takes a package's CommonJS wherever it has one.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { bundledPackages } from './bundle/bundled-package.ts'
import { checkLicence, licenceTexts } from './bundle/licence.ts'
import { SDK } from './bundle/sdk.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const bundle = await rolldown({
  input: { [SDK]: resolve('lib/aws/aws-sdk.js') },
  platform: 'node',
  resolve: { conditionNames: ['module', 'import', 'node'], mainFields: ['module', 'main'] },
})
const { output } = await bundle.generate({
  format: 'esm',
  minify: true,
  // Their texts are in licenses.txt.
  comments: { legal: false },
  entryFileNames: '[name].js',
  chunkFileNames: ({ name }) => `${SDK}-${name.replace(`${SDK}-`, '')}.js`,
  // Two files until the first call, instead of twenty.
  codeSplitting: {
    groups: [
      { name: 'base', tags: ['$initial'], priority: 2 },
      { name: 'shared', minShareCount: 2, priority: 1 },
    ],
  },
})
const chunks = output.filter((each) => each.type === 'chunk')
const modules = chunks.flatMap(({ modules }) =>
  Object.entries(modules).flatMap(([name, { renderedLength }]) => (renderedLength > 0 ? [{ name }] : [])),
)
const packages = bundledPackages(modules, ROOT)
packages.forEach(checkLicence)
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
for (const { fileName, code } of chunks) writeFileSync(join('dist', fileName), code)
writeFileSync('dist/licenses.txt', licenceTexts(packages))
writeFileSync('dist/bundled.json', `${JSON.stringify(packages, null, 2)}\n`)
