import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BundledPackage } from './bundled-package.ts'

/** The names of the SDK's files begin with it, and the one that is imported has no more. */
export const SDK = 'aws-sdk'

/** Whether a file in `dist` is one of the SDK's, which the actions of a release share. */
export const isSdkFile = (name: string): boolean => /^aws-sdk(?:-[\w-]+)?\.js$/.test(name)

/** Whether the code of a bundle loads the SDK, from beside itself. */
export const loadsSdk = (code: string): boolean => code.includes(`./${SDK}.js`)

export interface BundledSdk {
  /** Name → content. */
  readonly files: ReadonlyMap<string, string>
  readonly packages: readonly BundledPackage[]
}

/** What bundle-sdk.ts has made in packages/core. */
export function bundledSdk(root: string): BundledSdk {
  const dist = join(root, 'packages/core/dist')
  const names = readdirSync(dist).filter(isSdkFile)
  return {
    files: new Map(names.map((name) => [name, readFileSync(join(dist, name), 'utf8')])),
    packages: JSON.parse(readFileSync(join(dist, 'bundled.json'), 'utf8')),
  }
}
