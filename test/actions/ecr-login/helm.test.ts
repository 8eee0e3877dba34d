import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cacheFolder } from '../../../packages/docker-engine/src/cache-folder.ts'
import { startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob, leaks } from '../../../packages/runner-harness/src/index.ts'
import { type Command, runCommands } from '../../../packages/runner-harness/src/later-step.ts'
import { secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { needProgram } from '../../support/client-programs.ts'

/** scripts/install/helm.sh builds it. */
const HELM = join(cacheFolder(), 'helm-v3.21.4', 'helm')

const CHART = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.2.3\n',
  'chart/templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n',
}

describe('after ecr-login', () => {
  needProgram(HELM, 'helm.sh')

  it('helm pushes and pulls a chart, and after the job it may not', async () => {
    await using ecr = await startEcrLocal()
    await using job = await createJob({ machine: ecr.environment, workspace: CHART })
    const pulled = join(job.folders.workspace, 'pulled')
    mkdirSync(pulled)
    await job.run('ecr-repository', { with: { repo: 'charts/app' } })
    const { outputs } = await job.run('ecr-login')
    const charts = `oci://${outputs['registry']}/charts`
    const pull: Command = [HELM, 'pull', `${charts}/app`, '--version=1.2.3', '--plain-http', `--destination=${pulled}`]
    const step = await runCommands(job, [
      [HELM, 'package', 'chart'],
      [HELM, 'push', 'app-1.2.3.tgz', charts, '--plain-http'],
      pull,
    ])
    expect(step.conclusion, step.log).toBe('success')
    expect(readFileSync(join(pulled, 'app-1.2.3.tgz'))).toEqual(
      readFileSync(join(job.folders.workspace, 'app-1.2.3.tgz')),
    )
    await job.post()
    expect(leaks(job, secretsOf(ecr, job))).toEqual([])
    const denied = await runCommands(job, [pull])
    expect([denied.conclusion, denied.log]).toEqual(['failure', expect.stringContaining('basic credential not found')])
  })
})
