import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import type { BundledList } from '../bundle/bundled-package.ts'
import type { Release } from './release.ts'

type Packages = readonly { readonly name: string; readonly packages: BundledList }[]

/** https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
const purl = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`

function library({ name, version, license, integrity }: BundledList[number]): Models.Component {
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const [algorithm, sum = ''] = integrity.split('-')
  if (algorithm !== 'sha512') throw new Error(`${name} ${version} has the integrity ${integrity}`)
  return new Models.Component(Enums.ComponentType.Library, short ?? name, {
    ...(group === undefined ? {} : { group }),
    version,
    bomRef: purl(name, version),
    purl: purl(name, version),
    licenses: new Models.LicenseRepository([new Models.LicenseExpression(license)]),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], Buffer.from(sum, 'base64').toString('hex')]]),
  })
}

/**
 * The content of the bundles as CycloneDX 1.6 in JSON: the release, its actions, and the packages whose code each of
 * them contains. Equal bundles give equal bytes: there is no time and no serial number, and all lists are sorted.
 */
export function sbomOf({ repository, version }: Release, actions: Packages): string {
  const libraries = new Map<string, Models.Component>()
  const components = actions.map(({ name, packages }) => {
    const bomRef = `${repository}/${name}@${version}`
    const action = new Models.Component(Enums.ComponentType.Application, name, { version, bomRef })
    for (const package_ of packages) {
      const key = purl(package_.name, package_.version)
      const component = libraries.get(key) ?? library(package_)
      libraries.set(key, component)
      action.dependencies.add(component.bomRef)
    }
    return action
  })
  const whole = new Models.Component(Enums.ComponentType.Application, repository, {
    version,
    bomRef: `${repository}@${version}`,
    dependencies: new Models.BomRefRepository(components.map(({ bomRef }) => bomRef)),
  })
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: whole }),
    components: new Models.ComponentRepository([...components, ...libraries.values()]),
  })
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}
