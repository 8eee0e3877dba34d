import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { putShell } from '../../../../packages/docker-engine/src/shell.ts'
import { createJob, type Job, type StepHandle } from '../../../../packages/runner-harness/src/index.ts'
import type { With } from '../../../../packages/runner-harness/src/inputs.ts'
import type { EcrProcess } from '../../../../packages/stand-ins/src/ecr-process.ts'
import {
  defectsOf,
  errorsOf,
  foreignTags,
  newAccount,
  remainsOf,
  startPush,
  tagsOf,
} from '../../../support/push/push-run.ts'
import { ecrAdmin } from './ecr-admin.ts'
import type { FaultRow } from './fault-document.ts'
import { isPending, type PushCall, struck } from './push-call.ts'

/** A push that runs. */
export interface RunningPush {
  readonly handle: StepHandle
  /** Until it has made the call of `waitsFor`, which is not answered for half a minute. */
  readonly waits: () => Promise<void>
}

/** Something that happens to the machine while an image is pushed. */
export interface Disturbance {
  /** For the table. */
  readonly place: string
  readonly env: Readonly<Record<string, string>>
  readonly given?: With
  /** Files of the build context, beside its Dockerfile. */
  readonly context?: Readonly<Record<string, string | Uint8Array>>
  /** The call at which it is disturbed. */
  readonly waitsFor?: PushCall | undefined
  /** Before the step; returns what undoes it behind the step. */
  readonly prepare?: (job: Job) => () => void
  readonly disturb?: (push: RunningPush) => Promise<void>
  readonly line: RegExp
}

/** For `context`: a build whose last step waits for ever, and takes no time of the processor. */
export const WAITING_BUILD = { Dockerfile: "FROM scratch\nCOPY rootfs /\nRUN sh -c 'kill -STOP $$'\n" }

/** Shows in the log when {@link WAITING_BUILD} waits. */
export const BUILD_WAITS = /RUN sh -c 'kill/

function fill(folder: string, { context = {} }: Disturbance): void {
  if (context === WAITING_BUILD) putShell(join(folder, 'rootfs'))
  for (const [name, content] of Object.entries(context)) writeFileSync(join(folder, name), content)
}

/** Runs a push that is disturbed, and makes sure that it ends as it has to. */
export async function disturbedPush(ecr: EcrProcess, disturbance: Disturbance): Promise<FaultRow> {
  const { place, env, given = {}, waitsFor, prepare, disturb, line } = disturbance
  const admin = ecrAdmin(ecr)
  await using job = await createJob({ machine: { ...env, ...ecr.environment }, lookEveryMs: 20 })
  const account = newAccount()
  if (waitsFor !== undefined) await admin.addFault({ delayMs: 30_000, ...struck(waitsFor, account.id) })
  const waits = async () => {
    while (waitsFor && !isPending(await admin.callsOf(account.id), waitsFor)) await sleep(50)
  }
  const undo = prepare?.(job)
  const handle = startPush(job, account, given, (folder) => fill(folder, disturbance))
  const tooEarly = handle.result.then((step) => {
    throw new Error(`${place}: the step ended before it was disturbed:\n${step.log}`)
  })
  tooEarly.catch(() => {})
  if (disturb !== undefined) await Promise.race([tooEarly, disturb({ handle, waits })])
  const step = await handle.result.finally(() => undo?.())
  const tags = await tagsOf(ecr, account)
  expect(defectsOf(step, tags), `${place}\n${step.log}`).toEqual([])
  expect(await foreignTags(ecr, account, tags), place).toEqual([])
  const [said = ''] = errorsOf(step)
  expect(said, `${place}\n${step.log}`).toMatch(line)
  expect(await remainsOf(job, ecr), place).toEqual([])
  return { place, line: said }
}
