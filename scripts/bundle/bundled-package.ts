import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import type { Module } from '@vercel/ncc'
import type { Licensed } from './licence.ts'

/** A package whose code is in a bundle. */
export interface BundledPackage extends Licensed {
  /** Integrity of the package archive, as in package-lock.json: the algorithm, `-`, and the digest in Base64. */
  readonly integrity: string
}

/** The content of a bundle's dist/bundled.json: the packages without their texts, which are in licenses.txt. */
export type BundledList = readonly Omit<BundledPackage, 'texts'>[]

/** Folders of the packages that a module came from, including its nested modules. */
function foldersOf(modules: readonly Module[] = []): string[] {
  return modules.flatMap(({ name = '', modules: nested }) => {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(name) ?? []
    return [...(folder === undefined ? [] : [resolve(folder)]), ...foldersOf(nested)]
  })
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)[^.]*(\.(md|txt))?$/i

const textsOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>
}

/** The packages that the modules came from, ordered by name and version; each version once. */
export function bundledPackages(modules: readonly Module[], root: string): BundledPackage[] {
  const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const packages = [...new Set(foldersOf(modules))].map((folder): BundledPackage => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const { integrity } = lock.packages[relative(root, folder).replaceAll(sep, '/')] ?? {}
    if (integrity === undefined) throw new Error(`package-lock.json has no integrity for ${folder}`)
    return { name, version, license: String(license), integrity, texts: textsOf(folder) }
  })
  return distinct(packages)
}

/** Each version of each package once, in the order of name and version. */
export function distinct(packages: readonly BundledPackage[]): BundledPackage[] {
  const byName = new Map(packages.map((package_) => [`${package_.name} ${package_.version}`, package_]))
  return [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, package_]) => package_)
}
