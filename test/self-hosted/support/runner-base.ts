import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { docker } from '../../../packages/docker-engine/src/images.ts'
import type { Engine } from '../../../packages/docker-engine/src/index.ts'
import { putPrograms } from '../../../packages/docker-engine/src/shell.ts'
import { putRunner } from '../../../packages/stand-ins/src/runner-stub.ts'

const NODE = '/home/runner/externals/node24/bin/node'
/** Those of the stub, of the compose file, and of who looks around. */
const PROGRAMS = [
  ...['sh', 'dirname', 'sha256sum', 'sleep', 'tr', 'env', 'rm', 'cat', 'mkdir'],
  ...['chown', 'cp', 'grep', 'hostname', 'ln'],
]

/** The stub's run.sh under the name that the health check looks for. */
function renameRun(folder: string): void {
  renameSync(join(folder, 'run.sh'), join(folder, 'Runner.Listener'))
  writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\nexec "$(dirname "$0")/Runner.Listener"\n', { mode: 0o755 })
}

/**
 * Builds an image that stands for GitHub's own: with the stub in place of the runner, and this machine's programs in
 * place of a distribution.
 * @param tag the name it gets in the engine
 */
export async function buildRunnerBase(engine: Engine, tag: string): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'runner-base-'))
  const root = join(context, 'rootfs')
  try {
    const programs = PROGRAMS.map((name) => [`/bin/${name}`, `/bin/${name}`])
    putPrograms(root, { ...Object.fromEntries(programs), [NODE]: process.execPath })
    putRunner(join(root, 'home/runner'), '2.333.0', 2)
    renameRun(join(root, 'home/runner'))
    mkdirSync(join(root, 'etc'))
    writeFileSync(join(root, 'etc/passwd'), 'runner:x:1001:1001::/home/runner:/bin/sh\n')
    writeFileSync(join(root, 'etc/group'), 'runner:x:1001:\n')
    mkdirSync(join(root, 'tmp'))
    chmodSync(join(root, 'tmp'), 0o1777)
    const lines = ['FROM scratch', 'COPY rootfs /', 'COPY --chown=1001:1001 rootfs/home /home', 'ENV PATH=/bin', '']
    writeFileSync(join(context, 'Dockerfile'), lines.join('\n'))
    await docker(engine, 'build', '--network=none', '--tag', tag, context)
  } finally {
    rmSync(context, { recursive: true })
  }
}
