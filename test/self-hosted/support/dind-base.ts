import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { engineBinaries } from '../../../packages/docker-engine/src/binaries.ts'
import { docker } from '../../../packages/docker-engine/src/images.ts'
import type { Engine } from '../../../packages/docker-engine/src/index.ts'
import { putPrograms } from '../../../packages/docker-engine/src/shell.ts'

/** What docker:dind's own entry point comes to for a daemon on a unix socket. */
const ENTRYPOINT = `#!/bin/sh
case \${1:-} in '' | -*) set -- dockerd --host=unix:///var/run/docker.sock "$@" ;; esac
exec "$@"
`

const DOCKERFILE = `FROM scratch
COPY rootfs /
VOLUME /var/lib/docker
ENTRYPOINT ["dockerd-entrypoint.sh"]
`

/**
 * An image that stands for docker:dind where none can be pulled, made of Debian unstable's dockerd and of programs of
 * this machine. Its client is `docker`, its shell this machine's.
 * @param tag the name it gets in the engine
 */
export async function buildDindBase(engine: Engine, tag: string): Promise<void> {
  const { dockerd, docker: client } = engineBinaries('sid')
  const [bin, sbin] = [join(dirname(dockerd), '../bin'), dirname(dockerd)]
  const context = mkdtempSync(join(tmpdir(), 'dind-base-'))
  const rootfs = join(context, 'rootfs')
  try {
    putPrograms(rootfs, {
      ...{
        '/bin/sh': '/bin/sh',
        '/bin/cat': '/bin/cat',
        '/bin/mkdir': '/bin/mkdir',
        '/usr/bin/runc': '/usr/sbin/runc',
      },
      ...{ '/usr/bin/dockerd': dockerd, '/usr/bin/docker': client, '/usr/bin/containerd': join(bin, 'containerd') },
      '/usr/bin/containerd-shim-runc-v2': join(bin, 'containerd-shim-runc-v2'),
      '/usr/bin/docker-proxy': join(sbin, 'docker-proxy'),
    })
    for (const folder of ['run', 'tmp', 'usr/local/bin']) mkdirSync(join(rootfs, folder), { recursive: true })
    writeFileSync(join(rootfs, 'usr/local/bin/dockerd-entrypoint.sh'), ENTRYPOINT, { mode: 0o755 })
    writeFileSync(join(context, 'Dockerfile'), DOCKERFILE)
    await docker(engine, 'build', '--network=none', '--tag', tag, context)
  } finally {
    rmSync(context, { recursive: true })
  }
}
