import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cacheFolder } from '../../../packages/docker-engine/src/cache-folder.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { writeFiles } from '../../../packages/runner-harness/src/folders.ts'
import { createJob, leaks } from '../../../packages/runner-harness/src/index.ts'
import { type Command, runCommands } from '../../../packages/runner-harness/src/later-step.ts'
import { createRepository, passwordOf, secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { putSmallImage } from '../../support/small-image.ts'

const CHART = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.2.3\n',
  'chart/templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n',
}

/** A program, the script that installs it, and how it needs the login of a registry that speaks plain HTTP. */
interface Client {
  readonly program: string
  readonly script: string
  /** Arguments, with a folder for what it keeps. */
  readonly calls: (registry: string, folder: string) => readonly (readonly string[])[]
}

const CLIENTS: Readonly<Record<string, Client>> = {
  'crane, whose library is go-containerregistry': {
    program: join(cacheFolder(), 'crane-v0.22.1/crane'),
    script: 'crane.sh',
    calls: (registry) => [['digest', '--insecure', `${registry}/team/app:1`]],
  },
  'oras, whose library is oras-go': {
    program: join(cacheFolder(), 'oras-v1.3.6/oras'),
    script: 'oras.sh',
    calls: (registry) => [['manifest', 'fetch', '--plain-http', '--descriptor', `${registry}/team/app:1`]],
  },
  helm: {
    program: join(cacheFolder(), 'helm-v3.21.4/helm'),
    script: 'helm.sh',
    calls: (registry, folder) => [
      ['package', 'chart', `--destination=${folder}`],
      ['push', join(folder, 'app-1.2.3.tgz'), `oci://${registry}/charts`, '--plain-http'],
      ['pull', `oci://${registry}/charts/app`, '--version=1.2.3', '--plain-http', `--destination=${folder}`],
    ],
  },
  skopeo: {
    program: '/usr/bin/skopeo',
    script: 'clients.sh',
    calls: (registry) => [['inspect', '--raw', '--tls-verify=false', `docker://${registry}/team/app:1`]],
  },
  podman: {
    program: '/usr/bin/podman',
    script: 'clients.sh',
    calls: (registry, folder) => [
      [
        ...[`--root=${join(folder, 'root')}`, `--runroot=${join(folder, 'run')}`, '--storage-driver=vfs'],
        ...['pull', '--tls-verify=false', `${registry}/team/app:1`],
      ],
    ],
  },
}

describe("a login beside the user's credential store, by DOCKER_CONFIG alone", () => {
  let [own, other]: [EcrLocal?, EcrLocal?] = []
  beforeAll(async () => {
    own = await startEcrLocal()
    other = await startEcrLocal({ accountId: '111122223333' })
    for (const ecr of [own, other]) {
      await putSmallImage(ecr, 'team/app', '1')
      await createRepository(ecr, 'charts/app')
    }
  })
  afterAll(async () => {
    await own?.close()
    await other?.close()
  })

  it.for(Object.entries(CLIENTS))('%s finds it, and what the store has', async ([, client], context) => {
    const { program, script, calls } = client
    context.skip(!existsSync(program), `there is no ${program}; scripts/install/${script} installs it`)
    if (own === undefined || other === undefined) throw new Error('There is no registry.')
    const folder = mkdtempSync(join(tmpdir(), 'client-'))
    await using job = await createJob({ machine: { ...own.environment, DOCKER_CONFIG: '' }, workspace: CHART })
    try {
      const { home } = job.folders
      const login = JSON.stringify({ ServerURL: other.registry, Username: 'AWS', Secret: await passwordOf(other) })
      const store = `#!/bin/sh
[ "$1" = list ] && echo '{"${other.registry}":"AWS"}' && exit
read -r host
[ "$1 $host" = 'get ${other.registry}' ] && echo '${login}' && exit
echo credentials not found in native keychain
exit 1
`
      writeFiles(home, { 'bin/docker-credential-shop': store, '.docker/config.json': '{"credsStore":"shop"}' })
      await runCommands(job, [['chmod', '+x', join(home, 'bin/docker-credential-shop')]])
      const machine = { PATH: `${join(home, 'bin')}:/usr/bin:/bin` }
      const { env, annotations } = await job.run('ecr-login', { env: machine })
      expect(annotations).toEqual([])
      const bare = ['env', '-i', `PATH=${machine.PATH}`, `DOCKER_CONFIG=${env['DOCKER_CONFIG']}`] as const
      const commands = [own, other].flatMap(({ registry }) =>
        calls(registry, folder).map((args): Command => [...bare, program, ...args]),
      )
      const step = await runCommands(job, commands)
      expect(step.conclusion, step.log).toBe('success')
      await job.post()
      expect(leaks(job, secretsOf(own, job))).toEqual([])
      const after = await runCommands(job, commands.slice(0, commands.length / 2))
      expect(after.conclusion, after.log).toBe('failure')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
