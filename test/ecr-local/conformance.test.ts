import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cacheFolder } from '../../packages/docker-engine/src/cache-folder.ts'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createRepository, passwordOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { needProgram, runProgram } from '../support/client-programs.ts'

/** scripts/install/conformance.sh builds it. */
const SUITE = join(cacheFolder(), 'conformance-v0.0.0-20230516164017-7fcdf80f3c8b', 'conformance.test')

const PATCH_201 =
  'ECR answers PATCH with 201: https://github.com/aws/containers-roadmap/issues/2831, https://github.com/openai/tart/issues/273'
const SMALL_CHUNKS =
  'ECR keeps a second chunk only where the first has 5 MB, and the suite sends 22 bytes: https://github.com/aws/containers-roadmap/issues/2831'
const NO_LAYERS = 'ECR stores no image without layers: https://github.com/werf/werf/issues/2544'
const NO_DELETION =
  'ECR has no way to delete a layer, it removes those without an image by itself: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html'

/** Checks that ECR does not pass either, and why. */
const FAILING: Readonly<Record<string, string>> = {
  'Push Blob Upload Streamed PATCH request with blob in body should yield 202 response': PATCH_201,
  'Push Blob Upload Streamed PUT request to session URL with digest should yield 201 response': `The suite goes on with the answer that it has refused one check before. ${PATCH_201}`,
  'Push Blob Upload Chunked PATCH request with first chunk should return 202': PATCH_201,
  'Push Blob Upload Chunked PATCH request with second chunk should return 202': `${PATCH_201}; ${SMALL_CHUNKS}`,
  'Push Blob Upload Chunked PUT request with digest should return 201': SMALL_CHUNKS,
  'Push Manifest Upload Registry should accept a manifest upload with no layers': NO_LAYERS,
  'Content Management Blob delete DELETE request to blob URL should yield 202 response': NO_DELETION,
  'Content Management Blob delete GET request to deleted blob URL should yield 404 response': NO_DELETION,
}

const NOT_MOUNTED =
  'Without the account setting BLOB_MOUNTING ECR mounts no layer: https://github.com/aws/containers-roadmap/issues/2860'
const BY_ENVIRONMENT = 'The suite pushes what it reads; this check is for registries where it may not.'

/** Checks that the suite leaves out by itself, and why. */
const SKIPPED: Readonly<Record<string, string>> = {
  'Pull Setup Get tag name from environment': BY_ENVIRONMENT,
  'Push Cross-Repository Blob Mount GET request to test digest within cross-mount namespace should return 200':
    NOT_MOUNTED,
  'Push Cross-Repository Blob Mount Cross-mounting without from, and automatic content discovery enabled should return a 201':
    NOT_MOUNTED,
  'Push Cross-Repository Blob Mount Cross-mounting without from, and automatic content discovery disabled should return a 202':
    NOT_MOUNTED,
  'Content Discovery Setup Populate registry with test tags (no push)': BY_ENVIRONMENT,
}

describe("the OCI's conformance suite", () => {
  needProgram(SUITE, 'conformance.sh')
  let ecr: EcrLocal
  let folder: string
  let log = ''
  const results = new Map<string, 'passed' | 'failed' | 'skipped'>()
  const named = (wanted: string) => [...results].filter(([, result]) => result === wanted).map(([name]) => name)

  beforeAll(async () => {
    ecr = await startEcrLocal()
    folder = mkdtempSync(join(tmpdir(), 'conformance-'))
    if (!existsSync(SUITE)) return
    for (const name of ['conformance/one', 'conformance/two']) await createRepository(ecr, name)
    const env = {
      OCI_ROOT_URL: ecr.endpoint,
      OCI_NAMESPACE: 'conformance/one',
      OCI_CROSSMOUNT_NAMESPACE: 'conformance/two',
      OCI_USERNAME: 'AWS',
      OCI_PASSWORD: await passwordOf(ecr),
      OCI_TEST_PULL: '1',
      OCI_TEST_PUSH: '1',
      OCI_TEST_CONTENT_DISCOVERY: '1',
      OCI_TEST_CONTENT_MANAGEMENT: '1',
    }
    const { stdout, stderr } = await runProgram(SUITE, [], { cwd: folder, env })
    log = stdout + stderr
    const report = readFileSync(join(folder, 'junit.xml'), 'utf8')
    for (const [, name = '', inside = ''] of report.matchAll(/<testcase name="([^"]*)"[^>]*>(.*?)<\/testcase>/gs)) {
      const result = inside.includes('<skipped') ? 'skipped' : inside.includes('<failure') ? 'failed' : 'passed'
      results.set(name.replace('OCI Distribution Conformance Tests ', ''), result)
    }
  })
  afterAll(async () => {
    await ecr.close()
    rmSync(folder, { recursive: true })
  })

  it('has passed most checks of each category', () => {
    const passed = (category: string) => named('passed').filter((name) => name.startsWith(`${category} `)).length
    const counts = ['Pull', 'Push', 'Content Discovery', 'Content Management'].map(passed)
    expect(counts, log).toEqual([18, 20, 9, 8])
  })

  it('fails in what ECR does otherwise, and in nothing else', () => {
    expect(named('failed').sort(), log).toEqual(Object.keys(FAILING).sort())
  })

  it('leaves out only what does not concern ECR', () => {
    expect(named('skipped').sort()).toEqual(Object.keys(SKIPPED).sort())
  })
})
