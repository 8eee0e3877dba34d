import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { prepareCustom } from '../../../packages/docker-engine/src/custom.ts'
import { startEngine } from '../../../packages/docker-engine/src/index.ts'
import { processesOf } from '../../../packages/docker-engine/src/remains.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { type EcrProcess, startEcrProcess } from '../../../packages/stand-ins/src/ecr-process.ts'
import { gate } from '../../support/gate.ts'
import { newAccount, startPush } from '../../support/push/push-run.ts'
import { fillTemporary, mountSmallDisk } from '../../support/small-disk.ts'
import { ecrAdmin } from './support/ecr-admin.ts'
import { type FaultTable, faultSection } from './support/fault-document.ts'
import { callTitle, lastOfEachKind, type PushCall, pushCalls } from './support/push-call.ts'
import { BUILD_WAITS, type Disturbance, disturbedPush, WAITING_BUILD } from './support/push-disturbance.ts'

/** Runs that work at the same time. */
const AT_ONCE = 6

/** For a build whose steps have no network, as a private engine has none. */
const BUILD = { context: WAITING_BUILD, given: { extra_build_args: '--network=none' } }
const FULL = /no space left on device/i
const LOST = /connection to Docker's daemon was lost|Cannot connect to the Docker daemon/
const CANCELLED = /^Cancelled by SIGTERM during '/

const isManifest = ({ operation }: PushCall) => operation === 'PUT manifest'

/** What all runs share. */
interface Started {
  readonly ecr: EcrProcess
  readonly calls: readonly PushCall[]
}

/** One of each kind of call with the older engine; with the newer one, what is another program there. */
const ENGINES = [
  { kind: 'bookworm', section: 'old engine, machine', of: lastOfEachKind, script: true },
  {
    kind: 'sid',
    section: 'new engine, machine',
    of: (calls: readonly PushCall[]) => lastOfEachKind(calls.filter(isManifest)),
    script: false,
  },
] as const

describe.each(ENGINES)(
  'ecr-push on a machine that fails, with the engine of $kind',
  { timeout: 300_000 },
  ({ kind, section, of, script }) => {
    const engine = useEngine(kind)
    const measured = new Map<string, FaultTable>()
    let starting: Promise<Started> | undefined
    afterAll(async () => (await starting)?.ecr[Symbol.asyncDispose]())

    /** A server, and the calls of a push that nothing disturbs. */
    async function start(): Promise<Started> {
      const ecr = await startEcrProcess()
      await using job = await createJob({ machine: { ...engine().env, ...ecr.environment } })
      const account = newAccount()
      const step = await startPush(job, account).result
      expect(step.conclusion, step.log).toBe('success')
      return { ecr, calls: pushCalls(await ecrAdmin(ecr).callsOf(account.id)) }
    }
    const started = () => {
      starting ??= start()
      return starting
    }

    async function measure(title: string, why: string, disturbances: readonly Disturbance[]): Promise<void> {
      const { ecr } = await started()
      const passing = gate(AT_ONCE)
      const rows = await Promise.all(disturbances.map((each) => passing(() => disturbedPush(ecr, each))))
      measured.set(title, { title, why, rows })
    }

    it('is cancelled by SIGTERM in each phase', async () => {
      const { calls } = await started()
      const running = () => processesOf(dirname(engine().socket))
      const daemon = running()
      const common = { env: engine().env, line: CANCELLED }
      const inScript: Disturbance = {
        ...{ ...common, place: 'prebuild_script' },
        given: { prebuild_script: 'sh -c "echo waiting; sleep 1000; echo over"' },
        async disturb({ handle }) {
          await handle.waitForLog(/^waiting$/m)
          handle.signal('SIGTERM')
        },
      }
      await measure('Cancelled by SIGTERM', 'The step ends within seconds and reports what it has done.', [
        ...(script ? [inScript] : []),
        {
          ...{ ...common, ...BUILD, place: 'docker build' },
          async disturb({ handle }) {
            await handle.waitForLog(BUILD_WAITS)
            handle.signal('SIGTERM')
          },
        },
        ...of(calls).map(
          (call) =>
            ({
              ...{ ...common, place: callTitle(call), waitsFor: call },
              async disturb({ handle, waits }) {
                await waits()
                handle.signal('SIGTERM')
              },
            }) satisfies Disturbance,
        ),
      ])
      await expect.poll(() => running().filter((pid) => !daemon.includes(pid)), { timeout: 60_000 }).toEqual([])
    })

    it('loses the daemon of Docker', async () => {
      const { calls } = await started()
      await using inBuild = await startEngine({ kind })
      await using inPush = await startEngine({ kind })
      await measure(
        "Docker's daemon is killed",
        'The log of the daemon has the reason. Nothing restarts the daemon, so the build is not retried, and the push only until the daemon stops responding.',
        [
          {
            ...{ place: 'docker build', env: inBuild.env, line: LOST, ...BUILD },
            async disturb({ handle }) {
              await handle.waitForLog(BUILD_WAITS)
              inBuild.kill('SIGKILL')
            },
          },
          {
            ...{ place: 'docker push', env: inPush.env, line: LOST, waitsFor: calls.find(isManifest) },
            async disturb({ waits }) {
              await waits()
              inPush.kill('SIGKILL')
            },
          },
        ],
      )
    })

    it('has a full disk', async () => {
      await using prepared = prepareCustom({ kind })
      mountSmallDisk(join(prepared.folder, 'data'), '48m')
      await using small = prepared.start()
      await measure(
        'Full disk',
        'On the machine of the daemon while it receives the build context, and on the runner. Retrying cannot help.',
        [
          {
            ...{ place: 'docker build', env: small.env, line: FULL },
            context: { app: Buffer.alloc(64 * 1024 * 1024) },
          },
          { place: 'RUNNER_TEMP', env: engine().env, line: FULL, prepare: fillTemporary },
        ],
      )
    })

    it('ends as docs/ecr-push-faults.md says', () => {
      const { committed, fresh } = faultSection(section, engine().version, [...measured.values()])
      expect(committed, 'Refresh it with UPDATE=1 as it says at its end.').toBe(fresh)
    })
  },
)
