import { ApiError } from '../api-error.ts'
import { repositoryArn } from '../model/arn.ts'
import { type ScanningRule, scanFrequencyOf } from '../model/registry-settings.ts'
import type { Input } from './input.ts'
import { type Operation, registryOf } from './operation.ts'

export const GetRegistryScanningConfiguration: Operation = (request) => {
  const registry = registryOf(request)
  return { registryId: registry.account, scanningConfiguration: registry.settings.scanning }
}

export const PutRegistryScanningConfiguration: Operation = async (request) => {
  const registry = registryOf(request)
  const scanType = request.input.optional('scanType') ?? 'BASIC'
  const rules = (request.input.objects('rules') ?? []).map(ruleFrom)
  if (scanType === 'BASIC' && rules.some(({ scanFrequency }) => scanFrequency === 'CONTINUOUS_SCAN')) {
    throw new ApiError('ValidationException', 'CONTINUOUS_SCAN is not a scan frequency of BASIC scanning')
  }
  registry.settings.scanning = { scanType, rules }
  await registry.saveSettings()
  return { registryScanningConfiguration: registry.settings.scanning }
}

export const BatchGetRepositoryScanningConfiguration: Operation = (request) => {
  const registry = registryOf(request)
  const { input } = request
  const names = input.strings('repositoryNames') ?? input.missing('repositoryNames')
  const failures = names
    .filter((name) => !registry.repositories.has(name))
    .map((repositoryName) => ({
      repositoryName,
      failureCode: 'REPOSITORY_NOT_FOUND',
      failureReason: `The repository with name '${repositoryName}' does not exist in the registry with id '${registry.account}'`,
    }))
  const scanningConfigurations = names.flatMap((repositoryName) => {
    const repository = registry.repositories.get(repositoryName)
    if (!repository) return []
    const { scanOnPush } = repository.settings
    const frequency = scanFrequencyOf(repositoryName, scanOnPush, registry.settings)
    return [{ repositoryArn: repositoryArn(registry, repositoryName), repositoryName, scanOnPush, ...frequency }]
  })
  return { scanningConfigurations, failures }
}

const ruleFrom = (rule: Input): ScanningRule => ({
  scanFrequency: rule.string('scanFrequency'),
  repositoryFilters: (rule.objects('repositoryFilters') ?? []).map((filter) => ({
    filter: filter.string('filter'),
    filterType: filter.string('filterType'),
  })),
})
