import { matches } from './mutability.ts'
import type { RepositorySettings } from './repository.ts'

/** An account's settings for a whole region. */
export interface RegistrySettings {
  accountSettings: Record<string, string>
  scanning: ScanningConfiguration
  /** By prefix. */
  templates: Record<string, CreationTemplate>
  /** Display name in the gallery of ECR Public. */
  displayName?: string
}

export interface ScanningConfiguration {
  readonly scanType: string
  readonly rules: readonly ScanningRule[]
}

export interface ScanningRule {
  readonly scanFrequency: string
  readonly repositoryFilters: readonly { readonly filter: string; readonly filterType: string }[]
}

/** A repository creation template; times are milliseconds since 1970. */
export interface CreationTemplate {
  /** A namespace with an implied trailing slash, or `ROOT` for every repository. */
  readonly prefix: string
  readonly description: string | undefined
  readonly appliedFor: readonly string[]
  readonly customRoleArn: string | undefined
  readonly settings: RepositorySettings
  readonly createdAt: number
  readonly updatedAt: number
}

export const freshSettings = (): RegistrySettings => ({
  accountSettings: { BASIC_SCAN_TYPE_VERSION: 'AWS_NATIVE', REGISTRY_POLICY_SCOPE: 'V2', BLOB_MOUNTING: 'DISABLED' },
  scanning: { scanType: 'BASIC', rules: [] },
  templates: {},
})

/** The template with the longest matching prefix; `ROOT` matches all. */
export function templateFor(name: string, { templates }: RegistrySettings, use: string): CreationTemplate | undefined {
  return Object.values(templates)
    .filter(
      ({ appliedFor, prefix }) => appliedFor.includes(use) && (prefix === 'ROOT' || name.startsWith(`${prefix}/`)),
    )
    .sort((one, other) => weight(other) - weight(one))[0]
}

const weight = ({ prefix }: CreationTemplate) => (prefix === 'ROOT' ? 0 : prefix.length)

/** The scan frequency of a repository, and the filters that determine it. */
export function scanFrequencyOf(name: string, scanOnPush: boolean, { scanning }: RegistrySettings) {
  const applied = scanning.rules
    .map((rule) => ({ ...rule, filters: rule.repositoryFilters.filter(({ filter }) => matches(name, filter)) }))
    .filter(({ filters }) => filters.length > 0)
  const continuous = applied.find(({ scanFrequency }) => scanFrequency === 'CONTINUOUS_SCAN')
  const rule = continuous ?? applied[0]
  const own = scanOnPush && scanning.scanType === 'BASIC' ? 'SCAN_ON_PUSH' : 'MANUAL'
  return { scanFrequency: rule?.scanFrequency ?? own, appliedScanFilters: rule?.filters ?? [] }
}
