import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The stub's behavior, selected by the variable STUB: run a job and exit (`once`), wait for a job (`idle`), be running
 * a job (`busy`), exit without a job (`jobless`), be rejected by GitHub (`refused`), or never finish its registration
 * (`registering`).
 */
const CONFIG = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "config $*" >>"$STUB_LOG"
echo "token $(printf %s "$ACTIONS_RUNNER_INPUT_TOKEN" | sha256sum)" >>"$STUB_LOG"
if [ "$STUB" = registering ]; then sleep 60; exit 1; fi
if [ "$STUB" = unconfigured ]; then exit 1; fi
printf '\\357\\273\\277{"agentId": 42}' >.runner
`
const RUN = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
end() {
  echo "signal" >>"$STUB_LOG"
  if [ "$STUB" = busy ]; then rm -f .runner; fi
  exit 0
}
trap end INT TERM
echo "run $(cat version) trap=$RUNNER_MANUALLY_TRAP_SIG deprecated=$ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE jit=$ACTIONS_RUNNER_INPUT_JITCONFIG" >>"$STUB_LOG"
tr '\\0' '\\n' <"/proc/$PPID/environ" >"$STUB_LOG.parent"
env >"$STUB_LOG.env"
echo "running" >>"$STUB_LOG"
case "$STUB" in
  idle | busy) while :; do sleep 0.05; done ;;
  refused) exit 7 ;;
  jobless) exit 0 ;;
esac
rm -f .runner
`

/** Creates a runner made of shell scripts, with the files that identify its version. */
export function putRunner(folder: string, version: string, builtDaysAgo: number): void {
  const built = new Date(Date.now() - builtDaysAgo * 86_400_000)
  const deps = join(folder, 'bin/Runner.Listener.deps.json')
  mkdirSync(dirname(deps), { recursive: true })
  writeFileSync(deps, JSON.stringify({ targets: { net: { [`Runner.Listener/${version}`]: {} } } }))
  writeFileSync(join(folder, 'version'), version)
  for (const [name, text] of Object.entries({ 'config.sh': CONFIG, 'run.sh': RUN })) {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o755)
  }
  utimesSync(deps, built, built)
}

/** The archive of such a runner, as GitHub serves it. */
export interface RunnerArchive {
  readonly name: string
  readonly content: Buffer
  readonly sha256: string
}

export function archiveOf(version: string, parent: string): RunnerArchive {
  const folder = mkdtempSync(join(parent, 'archive-'))
  putRunner(folder, version, 0)
  // Large enough to arrive in several chunks, with bytes that do not compress.
  writeFileSync(join(folder, 'externals'), Buffer.from(Array.from({ length: 300_000 }, () => Math.random() * 256)))
  const file = `${folder}.tar.gz`
  execFileSync('tar', ['-czf', file, '-C', folder, '.'])
  const content = readFileSync(file)
  rmSync(folder, { recursive: true })
  rmSync(file)
  const name = `actions-runner-linux-${process.arch}-${version}.tar.gz`
  return { name, content, sha256: createHash('sha256').update(content).digest('hex') }
}
