import { readFileSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { Failure, runProgram, webOf } from '@container-actions/core'
import { EXIT, ExitFailure } from './image/exit-status.ts'
import { withoutTrace } from './image/handover.ts'
import { session } from './image/session.ts'
import { type ImageSettings, imageSettings } from './image/settings.ts'

const say = (line: string) => {
  writeSync(2, `runner-image: ${line}\n`)
}
const warn = (line: string) => say(`warning: ${line}`)

await runProgram(
  async (program) => {
    const env = withoutTrace(program.env, warn)
    let settings: ImageSettings
    try {
      settings = imageSettings(env, (file) => readFileSync(file, 'utf8'), warn)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      say(error.message)
      return EXIT.settings
    }
    try {
      return await session(settings, { env, web: webOf(env), signal: program.signal, say })
    } catch (error) {
      if (!(error instanceof ExitFailure)) throw error
      say(error.message)
      return error.status
    }
  },
  say,
  {
    // A job gets the grace period that the supervisor gives this container.
    gracePeriod: undefined,
    // PID 1 of a container cannot terminate itself with a signal.
    exitBy: (name) => process.exit(128 + constants.signals[name]),
  },
)
