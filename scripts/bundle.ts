/**
 * Bundles the compiled action in the working folder: `node ../../scripts/bundle.ts [ENTRY…]` makes dist/ENTRY.js of
 * lib/ENTRY.js (without an entry: index), with the chunks that load later. dist/bundled.json lists the packages that
 * went into any of them, dist/licenses.txt has their licences; one that is not permissive fails the build. dist/defaults.json
 * has the defaults of action.yml. A lib/post.js, which only imports the bundle, is copied, and so is AWS's SDK where the
 * bundle loads it, which bundle-sdk.ts has made. It calls ncc by its interface, because ncc's command writes one licence
 * file per chunk under one name: the last chunk's wins.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ncc from '@vercel/ncc'
import { type BundledList, bundledPackages, distinct } from './bundle/bundled-package.ts'
import { inputDefaults } from './bundle/input-defaults.ts'
import { checkLicence, licenceTexts } from './bundle/licence.ts'
import { minified } from './bundle/minified.ts'
import { bundledSdk, loadsSdk } from './bundle/sdk.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MODULES = join(ROOT, 'node_modules')

/**
 * Packages without side effects on import that do not declare it. With the declaration, the bundler drops what an
 * action does not use: the HTTP client and undici, which `@actions/core` needs only for `getIDToken`, made up nine
 * tenths of a bundle and half of its start time.
 */
const PURE = ['@actions/core', '@actions/exec', '@actions/io']

function markPure(): void {
  for (const name of PURE) {
    const file = join(MODULES, name, 'package.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8'))
    if (manifest.sideEffects === false) continue
    // Several bundles are built concurrently, so replace the file atomically.
    writeFileSync(`${file}.${process.pid}`, `${JSON.stringify({ ...manifest, sideEffects: false }, null, 2)}\n`)
    renameSync(`${file}.${process.pid}`, file)
  }
}

const EVERY_MODULE = { all: false, modules: true, nestedModules: true, modulesSpace: 1e9, nestedModulesSpace: 1e9 }

function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  if (content.toString().startsWith('#!')) chmodSync(file, 0o755)
}

markPure()
const entries = process.argv.length > 2 ? process.argv.slice(2) : ['index']
const bundles = await Promise.all(
  entries.map((entry) => ncc(resolve(`lib/${entry}.js`), { cache: false, quiet: true })),
)
const modules = bundles.flatMap(({ stats }) => stats.toJson(EVERY_MODULE).modules ?? [])
const codes = bundles.flatMap(({ code, assets }) => [code, ...Object.values(assets).map(({ source }) => `${source}`)])
const sdk = codes.some(loadsSdk) ? bundledSdk(ROOT) : undefined
const packages = distinct([...bundledPackages(modules, ROOT), ...(sdk?.packages ?? [])])
packages.forEach(checkLicence)
rmSync('dist', { recursive: true, force: true })
bundles.forEach(({ code, assets }, index) => {
  const [entry = ''] = entries.slice(index)
  write(`dist/${entry}.js`, minified(`${entry}.js`, code))
  for (const [name, { source }] of Object.entries(assets)) {
    write(`dist/${name}`, name.endsWith('.js') ? minified(name, source.toString()) : source)
  }
})
for (const [name, content] of sdk?.files ?? []) write(`dist/${name}`, content)
if (existsSync('lib/post.js')) copyFileSync('lib/post.js', 'dist/post.js')
const list: BundledList = packages.map(({ texts: _, ...rest }) => rest)
write('dist/package.json', '{ "type": "module" }\n')
write('dist/licenses.txt', licenceTexts(packages))
write('dist/defaults.json', `${JSON.stringify(inputDefaults(readFileSync('action.yml', 'utf8')), null, 2)}\n`)
write('dist/bundled.json', `${JSON.stringify(list, null, 2)}\n`)
