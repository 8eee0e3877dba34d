import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { cacheFolder } from '../../packages/docker-engine/src/cache-folder.ts'
import { needProgram, runProgram } from '../support/client-programs.ts'
import { KIT } from './support/self-hosted-kit.ts'

/** scripts/install/kubernetes-validate.sh installs it. */
const VALIDATE = join(cacheFolder(), 'kubernetes-validate-1.37.0/bin/kubernetes-validate')
const MANIFESTS = ['arc/cluster.yaml', 'mirror/kubernetes.yaml']

const text = (file: string): string => readFileSync(join(KIT, file), 'utf8')

interface Container {
  readonly name: string
  readonly args?: readonly string[]
  readonly env?: readonly { name: string; value: string }[]
  readonly volumeMounts: readonly { name: string; mountPath: string }[]
  readonly startupProbe?: { readonly exec: { readonly command: readonly string[] } }
}
const values = parse(text('arc/values.yaml'))
const { spec } = values.template
const [, dind]: Container[] = spec.initContainers
const [runner]: Container[] = spec.containers

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubernetes-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe("Kubernetes' schemas", () => {
  needProgram(VALIDATE, 'kubernetes-validate.sh')

  /** 1.29 is the first that starts sidecars by default, and what the values ask for. */
  const validate = (version: string, ...files: string[]) =>
    runProgram(VALIDATE, ['--strict', '--quiet', '--kubernetes-version', version, ...files])

  const pod = (template: object): string => {
    const file = join(folder, 'pod.json')
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'runner' }, spec: template }))
    return file
  }

  it.each(['1.29', '1.37'])('of %s accept the manifests, and the pod of the runners', async (version) => {
    const ended = await validate(version, ...MANIFESTS.map((file) => join(KIT, file)), pod(spec))
    expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 0 })
  })

  it('refuse a pod with a key that they do not know', async () => {
    const { code } = await validate('1.29', pod({ ...spec, initContainer: [] }))
    expect(code).not.toBe(0)
  })
})

describe('the values of the scale set', () => {
  it('are keys of the chart, with a pod of its own instead of a container mode', () => {
    expect(Object.keys(values).sort()).toEqual(
      ['githubConfigSecret', 'githubConfigUrl', 'maxRunners', 'minRunners', 'runnerScaleSetName', 'template'].sort(),
    )
    expect(runner?.name).toBe('runner')
  })

  it('let the runner reach the daemon, and the daemon the folders that it mounts into jobs', () => {
    const host = runner?.env?.find(({ name }) => name === 'DOCKER_HOST')?.value
    expect(dind?.args).toContain(`--host=${host}`)
    expect(runner?.volumeMounts.filter(({ name }) => name !== 'docker-ready')).toEqual(
      dind?.volumeMounts.filter(({ name }) => name !== 'dind-externals'),
    )
    expect(dind?.volumeMounts).toContainEqual({ name: 'dind-externals', mountPath: '/home/runner/externals' })
  })

  it('name the mirror by the service of its manifest', () => {
    const service = parseAllDocuments(text('mirror/kubernetes.yaml'))
      .map((document) => document.toJS())
      .find(({ kind }) => kind === 'Service')
    const { name, namespace } = service.metadata
    expect(dind?.env).toContainEqual({
      name: 'REGISTRY_MIRRORS',
      value: `http://${name}.${namespace}.svc:${service.spec.ports[0].port}`,
    })
  })

  it('have a probe that waits until Docker answers', async () => {
    const docker = `#!/bin/sh\necho try >>${folder}/tries\n[ "$(grep -c try ${folder}/tries)" = 3 ]\n`
    writeFileSync(join(folder, 'docker'), docker)
    chmodSync(join(folder, 'docker'), 0o755)
    const [program = '', ...args] = dind?.startupProbe?.exec.command ?? []
    const { code } = await runProgram(program, args, { env: { PATH: `${folder}:${process.env['PATH']}` } })
    expect([code, readFileSync(join(folder, 'tries'), 'utf8')]).toEqual([0, 'try\ntry\ntry\n'])
  })
})

it("the mirror of the cluster has the configuration of compose's", () => {
  const map = parseAllDocuments(text('mirror/kubernetes.yaml'))
    .map((document) => document.toJS())
    .find(({ kind }) => kind === 'ConfigMap')
  expect(parse(map.data['config.yml'])).toEqual(parse(text('mirror/config.yml')))
})
