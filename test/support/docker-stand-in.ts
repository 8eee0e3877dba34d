import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Place, startPlace } from './aws-places.ts'

/** Every call in a file of its own, so that calls at the same time do not mix: the arguments, a NUL behind each. */
const SCRIPT = (folder: string, digest: string) => `#!/bin/sh
record=$(mktemp '${folder}/calls/XXXXXX')
printf '%s\\0' "$@" > "$record"
case "$1 $2" in
'version '*) echo '{"Client":{"Version":"28.5.2"},"Server":{"Version":"28.5.2","Os":"linux","Arch":"amd64"}}' ;;
'info '*) echo '[["driver-type","io.containerd.snapshotter.v1"]]' ;;
'buildx version') echo github.com/docker/buildx v0.29.1 ;;
'buildx inspect') printf 'Name: %s\\nDriver: docker\\nStatus: running\\nBuildKit version: v0.25.2\\n' "\${3:-default}" ;;
'buildx build')
  for argument; do
    case $argument in --secret=id=value,src=*) cp "\${argument#*,src=}" '${folder}/secret' ;; esac
    case $before in --metadata-file) echo '{"containerimage.digest":"${digest}"}' > "$argument" ;; esac
    before=$argument
  done ;;
*) exit 1 ;;
esac
`

/**
 * A docker that writes down the arguments of each call, as the system gave them to it, and does as one with buildx that
 * builds and pushes at once what lies in the registry already.
 */
export interface DockerStandIn {
  /** For the runner's machine; its PATH has the program and the system's. */
  readonly environment: Readonly<Record<string, string>>
  calls(): string[][]
  /** What the build got as the secret `value`. */
  secret(): string
}

/** Answers where docker-ready looks for a daemon. */
export const startDaemonStandIn = (): Promise<Place> =>
  startPlace((_, response) => {
    response.setHeader('Api-Version', '1.51').setHeader('Ostype', 'linux').setHeader('Server', 'Docker/28.5.2 (linux)')
    response.end('OK')
  })

/** @param digest of the image that every push has pushed */
export function dockerStandIn(folder: string, daemon: Place, digest: string): DockerStandIn {
  mkdirSync(join(folder, 'calls'), { recursive: true })
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/docker'), SCRIPT(folder, digest))
  chmodSync(join(folder, 'bin/docker'), 0o755)
  return {
    environment: {
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      DOCKER_HOST: daemon.url.replace('http:', 'tcp:'),
    },
    calls: () =>
      readdirSync(join(folder, 'calls')).map((name) =>
        readFileSync(join(folder, 'calls', name), 'utf8')
          .split('\0')
          .slice(0, -1),
      ),
    secret: () => readFileSync(join(folder, 'secret'), 'utf8'),
  }
}
