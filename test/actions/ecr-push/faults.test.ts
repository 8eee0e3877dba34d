import { afterAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { createJob, type Job } from '../../../packages/runner-harness/src/index.ts'
import { type EcrProcess, startEcrProcess } from '../../../packages/stand-ins/src/ecr-process.ts'
import { gate } from '../../support/gate.ts'
import {
  defectsOf,
  errorsOf,
  foreignTags,
  newAccount,
  remainsOf,
  startPush,
  tagsOf,
} from '../../support/push/push-run.ts'
import { type EcrAdmin, ecrAdmin } from './support/ecr-admin.ts'
import { type FaultRow, type FaultTable, faultSection } from './support/fault-document.ts'
import { callTitle, lastOfEachKind, oneOfEachKind, type PushCall, pushCalls, struck } from './support/push-call.ts'
import { PUSH_FAULTS, type PushFault } from './support/push-faults.ts'

/** Runs that work at the same time. */
const AT_ONCE = 6

/** What all runs share. */
interface Started {
  readonly ecr: EcrProcess
  readonly admin: EcrAdmin
  readonly calls: readonly PushCall[]
}

/** Every call with the older engine; with the newer one, whose registry client is another, one of each kind of request. */
const ENGINES = [
  { kind: 'bookworm', section: 'old engine', of: (calls: readonly PushCall[]) => calls, faults: PUSH_FAULTS },
  {
    kind: 'sid',
    section: 'new engine',
    of: (calls: readonly PushCall[]) => lastOfEachKind(calls.filter(({ service }) => service === 'registry')),
    // It uploads at the same time, so that what is served and not learned of differs from run to run.
    faults: PUSH_FAULTS.filter(({ mayPass }) => !mayPass),
  },
] as const

describe.each(ENGINES)(
  'faults of ecr-push on the engine of $kind',
  { timeout: 900_000 },
  ({ kind, section, of, faults }) => {
    const engine = useEngine(kind)
    const passing = gate(AT_ONCE)
    const measured = new Map<PushFault, FaultTable>()
    let starting: Promise<Started> | undefined
    afterAll(async () => (await starting)?.ecr[Symbol.asyncDispose]())

    const newJob = (ecr: EcrProcess, machine: Readonly<Record<string, string>> = {}) =>
      createJob({ machine: { ...engine().env, ...ecr.environment, ...machine }, lookEveryMs: 20 })

    /** A server, and the calls of a push that nothing strikes. */
    async function start(): Promise<Started> {
      const ecr = await startEcrProcess()
      const admin = ecrAdmin(ecr)
      await using job = await newJob(ecr)
      const account = newAccount()
      const step = await startPush(job, account).result
      expect(step.conclusion, step.log).toBe('success')
      return { ecr, admin, calls: of(pushCalls(await admin.callsOf(account.id))) }
    }

    /** What comes of the fault at calls of one run; throws where that is wrong. */
    async function strike(
      calls: readonly PushCall[],
      { fault, given, line, mayPass }: PushFault,
      { ecr, admin }: Started,
      job: Job,
    ): Promise<FaultRow[]> {
      const account = newAccount()
      for (const call of calls) await admin.addFault({ ...fault, ...struck(call, account.id) })
      const step = await startPush(job, account, given).result
      const tags = await tagsOf(ecr, account)
      const places = calls.map(callTitle)
      expect(defectsOf(step, tags), `${places}\n${step.log}`).toEqual([])
      expect(await foreignTags(ecr, account, tags), places.join()).toEqual([])
      const [said] = errorsOf(step)
      for (const call of calls) {
        if (said !== undefined || !mayPass) expect(said ?? '', callTitle(call)).toMatch(line(call) ?? /^$/)
      }
      return places.map((place) => ({ place, line: said }))
    }

    it.concurrent.each(faults)('$title', async (fault) => {
      starting ??= start()
      const started = await starting
      await using job = await newJob(started.ecr, fault.machine)
      const calls = started.calls.filter(fault.strikes ?? (() => true))
      const runs = fault.together ? oneOfEachKind(calls) : calls.map((call) => [call])
      const run = (struckCalls: readonly PushCall[]) => strike(struckCalls, fault, started, job)
      const results = await Promise.allSettled(
        runs.map((struckCalls) => (fault.idle ? run(struckCalls) : passing(() => run(struckCalls)))),
      )
      const wrong = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
      if (wrong.length > 0) throw new AggregateError(wrong, wrong.map(String).join('\n\n'))
      expect(await remainsOf(job, started.ecr)).toEqual([])
      const rows = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
      const inOrder = calls.map(callTitle)
      rows.sort((one, other) => inOrder.indexOf(one.place) - inOrder.indexOf(other.place))
      measured.set(fault, { ...fault, rows })
    })

    it('are what docs/ecr-push-faults.md says', () => {
      const tables = faults.flatMap((fault) => measured.get(fault) ?? []).filter(({ rows }) => rows.length > 0)
      const { committed, fresh } = faultSection(section, engine().version, tables)
      expect(committed, 'Refresh it with UPDATE=1 as it says at its end.').toBe(fresh)
    })
  },
)
