import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import type { Folders } from '../../packages/runner-harness/src/folders.ts'
import type { Job } from '../../packages/runner-harness/src/index.ts'
import { giveTo, RUNNER } from '../../packages/runner-harness/src/user.ts'
import { usePush } from '../support/push/push-suite.ts'
import { openToRunner } from '../support/runner-user.ts'

/** What a job finds that root has left to itself, and what the step says of it. */
interface Case {
  readonly name: string
  /** Makes it, as root. */
  readonly leave: (folders: Folders, plugins: string) => void
  readonly given?: Readonly<Record<string, string>>
  readonly machine?: Readonly<Record<string, string>>
  readonly conclusion: 'success' | 'failure'
  readonly level: 'error' | 'notice'
  readonly says: string
}

const docker = ({ home }: Folders) => join(home, '.docker')

/** As one `sudo -E docker build` leaves it. */
function closedBuildx(folders: Folders): void {
  mkdirSync(join(docker(folders), 'buildx/instances'), { recursive: true, mode: 0o700 })
}

const close = (path: string, mode: number) => {
  chownSync(path, 0, 0)
  chmodSync(path, mode)
}

const CASES: readonly Case[] = [
  {
    name: "buildx's folder",
    leave: closedBuildx,
    ...{ conclusion: 'success', level: 'notice' },
    says: "Of HOME/.docker/buildx: it belongs to root and has mode 0700, as after a 'sudo docker build'. Run 'sudo chown -R 1001:1001 HOME/.docker/buildx'. This step uses a temporary folder instead.",
  },
  {
    name: "buildx's folder with a builder that is asked for",
    leave: closedBuildx,
    machine: { BUILDX_BUILDER: 'ours' },
    ...{ conclusion: 'failure', level: 'error' },
    says: "Run 'sudo chown -R 1001:1001 HOME/.docker/buildx' before this step.",
  },
  {
    name: 'config.json',
    leave: (folders) => close(join(docker(folders), 'config.json'), 0o600),
    ...{ conclusion: 'failure', level: 'error' },
    says: "The Docker configuration HOME/.docker/config.json may not be read by user 1001. Of HOME/.docker/config.json: it belongs to root and has mode 0600. Run 'sudo chown -R 1001:1001 HOME/.docker/config.json'.",
  },
  {
    name: 'the folder of the configuration',
    leave: (folders) => close(docker(folders), 0o700),
    ...{ conclusion: 'failure', level: 'error' },
    says: 'Of HOME/.docker: it belongs to root and has mode 0700.',
  },
  {
    name: 'the folder of the plugins',
    leave: (folders, plugins) => {
      writeFileSync(join(docker(folders), 'config.json'), '{}')
      const own = join(docker(folders), 'cli-plugins')
      cpSync(plugins, own, { recursive: true })
      close(own, 0o700)
    },
    ...{ conclusion: 'success', level: 'notice' },
    says: 'There may be a plugin docker-buildx that user 1001 may not run. Of HOME/.docker/cli-plugins: it belongs to root and has mode 0700.',
  },
  {
    name: 'RUNNER_TEMP',
    leave: ({ temp }) => close(temp, 0o755),
    ...{ conclusion: 'failure', level: 'error' },
    says: "Of TEMP: it belongs to root and has mode 0755. Run 'sudo chown -R 1001:1001 TEMP'.",
  },
  {
    name: 'prebuild_script',
    leave: ({ workspace }) => writeFileSync(join(workspace, 'prepare.sh'), '#!/bin/sh\n', { mode: 0o644 }),
    given: { prebuild_script: './prepare.sh' },
    ...{ conclusion: 'failure', level: 'error' },
    says: `Input 'prebuild_script' is "./prepare.sh", which user 1001 may not run. Of WORKSPACE/prepare.sh: it belongs to root and has mode 0644.`,
  },
]

describe("an ordinary user's folders that root has left to itself", () => {
  const engine = useEngine('sid')
  const { ecr, newJob } = usePush(engine)
  beforeAll(() => openToRunner(engine()))

  const plugins = () => join(dirname(engine().socket), 'plugins')

  function fill({ folders }: Job, leave: Case['leave']): void {
    mkdirSync(docker(folders))
    const config = { cliPluginsExtraDirs: [plugins()] }
    writeFileSync(join(docker(folders), 'config.json'), JSON.stringify(config))
    giveTo(RUNNER, docker(folders))
    leave(folders, plugins())
  }

  async function outcome({ leave, given, machine, level }: Case) {
    const own = { ...engine().env, DOCKER_CONFIG: '' }
    await using job = await newJob({ user: RUNNER, machine: { ...own, ...ecr().environment, ...machine } })
    fill(job, leave)
    const step = await job.run('ecr-push', { with: { repo: 'app', push: false, ...given } })
    const { home, temp, workspace } = job.folders
    const messages = step.annotations.filter((each) => each.level === level).map(({ message }) => message)
    const said = messages
      .join('\n')
      .replaceAll(workspace, 'WORKSPACE')
      .replaceAll(temp, 'TEMP')
      .replaceAll(home, 'HOME')
    return { conclusion: step.conclusion, said }
  }

  it('are named with their owner and what to change, before anything is made', async () => {
    const found = CASES.map(async (each) => {
      const { conclusion, said } = await outcome(each)
      return conclusion === each.conclusion && said.includes(each.says) ? [] : [[each.name, conclusion, said]]
    })
    expect((await Promise.all(found)).flat()).toEqual([])
    expect(ecr().calls.map(({ operation }) => operation)).not.toContain('CreateRepository')
  })

  it('are done without where nothing in them is needed, up to the push', async () => {
    await using job = await newJob({
      user: RUNNER,
      machine: { ...engine().env, DOCKER_CONFIG: '', ...ecr().environment },
    })
    fill(job, closedBuildx)
    const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: '1' } })
    expect(step.conclusion, step.log).toBe('success')
    expect(step.files.temp).toEqual([])
    expect(readFileSync(join(docker(job.folders), 'config.json'), 'utf8')).toContain('cliPluginsExtraDirs')
  })
})
