import {
  BatchGetRepositoryScanningConfigurationCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  GetRegistryScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr'
import { describe, expect, test } from 'vitest'
import { ecrClient } from './support/clients.ts'
import { OCI_INDEX, registryClient } from './support/registry-client.ts'
import { useServer } from './support/server.ts'

let offset = 0
const { server, ecr } = await useServer({ now: () => Date.now() + offset })

const imageId = { imageTag: 'v1' }

async function pushed(repositoryName: string, scanOnPush = false) {
  await ecr.send(new CreateRepositoryCommand({ repositoryName, imageScanningConfiguration: { scanOnPush } }))
  return (await registryClient(ecr)).image(repositoryName, 'v1', `layer of ${repositoryName}`)
}

const findings = (repositoryName: string, more: object = {}) =>
  ecr.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId, ...more }))

describe('a scan', () => {
  test('does not exist before it is asked for', async () => {
    await pushed('unscanned')
    await expect(findings('unscanned')).rejects.toMatchObject({
      name: 'ScanNotFoundException',
      message:
        "Image scan does not exist for the image with '{imageDigest:'null', imageTag:'v1'}' in the repository with name 'unscanned' in the registry with id '123456789012'",
    })
  })

  test('finds nothing unless it is told what, and may be started once a day', async () => {
    const { digest } = await pushed('clean')
    const start = () => ecr.send(new StartImageScanCommand({ repositoryName: 'clean', imageId }))
    const started = await start()
    expect(started).toMatchObject({
      imageScanStatus: { status: 'IN_PROGRESS' },
      imageId: { ...imageId, imageDigest: digest },
    })
    const found = await findings('clean')
    expect(found.imageScanStatus).toEqual({ status: 'COMPLETE', description: 'The scan was completed successfully.' })
    expect(found.imageScanFindings).toMatchObject({ findings: [], findingSeverityCounts: {} })
    await expect(start()).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The scan quota per image has been exceeded. Wait and try again.',
    })
    offset = 25 * 60 * 60 * 1000
    await start()
    offset = 0
  })

  test('runs on push where the repository says so', async () => {
    await pushed('on-push', true)
    expect((await findings('on-push')).imageScanStatus?.status).toBe('COMPLETE')
  })

  test('gives the answers that were set, one after the other, with counts and pages', async () => {
    await pushed('told')
    const severities = ['CRITICAL', 'HIGH', 'HIGH', 'LOW']
    await server.setScan({
      repositoryName: 'told',
      ...imageId,
      answers: [
        { status: 'NOT_FOUND' },
        { status: 'IN_PROGRESS' },
        { status: 'COMPLETE', findings: severities.map((severity, index) => ({ severity, name: `CVE-${index}` })) },
      ],
    })
    await expect(findings('told')).rejects.toMatchObject({ name: 'ScanNotFoundException' })
    const running = await findings('told')
    expect([running.imageScanStatus?.status, running.imageScanFindings]).toEqual(['IN_PROGRESS', undefined])
    const first = await findings('told', { maxResults: 3 })
    expect(first.imageScanFindings?.findingSeverityCounts).toEqual({ CRITICAL: 1, HIGH: 2, LOW: 1 })
    expect(first.imageScanFindings?.findings).toHaveLength(3)
    const second = await findings('told', { maxResults: 3, nextToken: first.nextToken })
    expect(second.imageScanFindings?.findings).toMatchObject([{ name: 'CVE-3' }])
  })

  test('may be the enhanced one, whose status is never COMPLETE', async () => {
    await pushed('enhanced')
    const enhancedFindings = [{ severity: 'UNTRIAGED', title: 'CVE-1', fixAvailable: 'YES' }]
    await server.setScan({ repositoryName: 'enhanced', ...imageId, answers: [{ status: 'ACTIVE', enhancedFindings }] })
    const found = await findings('enhanced')
    expect(found.imageScanStatus).toEqual({ status: 'ACTIVE', description: 'Continuous scan is selected for image.' })
    expect(found.imageScanFindings).toMatchObject({ enhancedFindings, findingSeverityCounts: { UNTRIAGED: 1 } })
    expect(found.imageScanFindings?.findings).toBeUndefined()
  })

  test('of an index is not possible', async () => {
    await pushed('multi')
    const registry = await registryClient(ecr)
    await registry.manifest('multi', 'index', { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }, OCI_INDEX)
    const command = new StartImageScanCommand({ repositoryName: 'multi', imageId: { imageTag: 'index' } })
    await expect(ecr.send(command)).rejects.toMatchObject({ name: 'UnsupportedImageTypeException' })
  })
})

test('the registry has a configuration that repositories follow', async () => {
  const region = ecrClient(server, { region: 'us-east-1' })
  expect(await region.send(new GetRegistryScanningConfigurationCommand({}))).toMatchObject({
    registryId: '123456789012',
    scanningConfiguration: { scanType: 'BASIC', rules: [] },
  })
  const basic = [{ scanFrequency: 'CONTINUOUS_SCAN' as const, repositoryFilters: [] }]
  await expect(
    region.send(new PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules: basic })),
  ).rejects.toMatchObject({ name: 'ValidationException' })
  const filter = { filter: 'prod*', filterType: 'WILDCARD' as const }
  const rules = [{ scanFrequency: 'CONTINUOUS_SCAN' as const, repositoryFilters: [filter] }]
  await region.send(new PutRegistryScanningConfigurationCommand({ scanType: 'ENHANCED', rules }))
  await region.send(new CreateRepositoryCommand({ repositoryName: 'prod/app' }))
  const names = ['prod/app', 'absent']
  const got = await region.send(new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: names }))
  expect(got.scanningConfigurations).toMatchObject([
    { repositoryName: 'prod/app', scanFrequency: 'CONTINUOUS_SCAN', appliedScanFilters: [filter] },
  ])
  expect(got.failures).toMatchObject([{ repositoryName: 'absent', failureCode: 'REPOSITORY_NOT_FOUND' }])
})
