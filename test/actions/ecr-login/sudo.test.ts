import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import type { Job } from '../../../packages/runner-harness/src/index.ts'
import { type Command, runCommands } from '../../../packages/runner-harness/src/later-step.ts'
import { RUNNER } from '../../../packages/runner-harness/src/user.ts'
import { needProgram } from '../../support/client-programs.ts'
import { usePush } from '../../support/push/push-suite.ts'
import { openToRunner } from '../../support/runner-user.ts'
import { putSmallImage } from '../../support/small-image.ts'
import { launchWithMounts } from '../support/mounted-launch.ts'

const DOCKER = '/usr/bin/docker'
const SUDO = '/usr/bin/sudo'

/** What each kind of sudo makes of the login, as the README says. */
const ROWS = [
  ...readFileSync(join(REPOSITORY, 'actions/ecr-login/README.md'), 'utf8').matchAll(
    /^\| `sudo( [^`]*)? docker` \| (yes|no) \|$/gm,
  ),
].map(([, flags = '', has = '']) => ({ flags: flags.trim().split(' ').filter(Boolean), has }))

/** Makes the user of the job one whom the machine knows, and who may be root without a password. */
function letBecomeRoot(job: Job): string {
  const { root, home } = job.folders
  const added = {
    passwd: `runner:*:${RUNNER.uid}:${RUNNER.gid}::${home}:/bin/sh\n`,
    sudoers: 'runner ALL=(ALL) NOPASSWD: ALL\n',
  }
  return Object.entries(added)
    .map(([name, line]) => {
      const file = join(root, name)
      copyFileSync(`/etc/${name}`, file)
      chmodSync(file, 0o600)
      writeFileSync(file, line, { flag: 'a' })
      chmodSync(file, name === 'passwd' ? 0o644 : 0o440)
      return `mount --bind ${file} /etc/${name}`
    })
    .join('\n')
}

describe('a login of an ordinary user under sudo', () => {
  const engine = useEngine('bookworm')
  const { ecr, newJob } = usePush(engine)
  needProgram(DOCKER, 'engine.sh')
  needProgram(SUDO, 'clients.sh')
  beforeAll(() => openToRunner(engine()))

  it('is there as the README says, and goes after the job although root has written beside it', async () => {
    await putSmallImage(ecr(), 'team/app', '1')
    const machine = { ...engine().env, ...ecr().environment, DOCKER_CONFIG: '' }
    await using job = await newJob({ user: RUNNER, machine })
    job.container = launchWithMounts(RUNNER, letBecomeRoot(job))
    const { outputs } = await job.run('ecr-login', { with: { repo: 'team/app', tag: '1' } })
    const folder = dirname(outputs['docker_config'] ?? '')
    const { image = '' } = outputs
    expect(ROWS.map(({ has }) => has)).toEqual(['no', 'yes', 'yes'])
    for (const { flags, has } of ROWS) {
      const command: Command = [SUDO, ...flags, DOCKER, '--host', engine().host, 'pull', image]
      const { conclusion, log } = await runCommands(job, [command])
      expect([flags, conclusion], log).toEqual([flags, has === 'yes' ? 'success' : 'failure'])
      if (has === 'no') expect(log).toContain('no basic auth credentials')
    }
    const create = [DOCKER, 'context', 'create', 'mine', '--docker', 'host=unix:///nowhere.sock']
    const asRoot = await runCommands(job, [[SUDO, '-E', ...create] as unknown as Command])
    expect(asRoot.conclusion, asRoot.log).toBe('success')
    expect(statSync(join(folder, 'docker/contexts')).uid).toBe(0)

    const [post] = await job.post()
    expect(post?.annotations.map(({ level, message }) => [level, message.replaceAll(folder, 'FOLDER')])).toEqual([
      [
        'warning',
        expect.stringMatching(
          /^The folder FOLDER is left: user 1001 may not remove docker\/contexts\/\S+ in it\. Of FOLDER\/docker\/contexts\/\S+: it belongs to root and has mode 0\d{3}\. Run 'sudo rm -rf FOLDER'\.$/,
        ),
      ],
    ])
    expect(post?.env['DOCKER_CONFIG']).toBe(join(job.folders.home, '.docker'))
    expect(existsSync(join(folder, 'docker/config.json'))).toBe(false)
    const [, cure = ''] = /Run '(sudo .*)'/.exec(post?.annotations[0]?.message ?? '') ?? []
    // This process is the root whom sudo would make.
    execFileSync('sh', ['-c', cure.replace('sudo ', '')])
    expect(existsSync(folder)).toBe(false)
  })
})
