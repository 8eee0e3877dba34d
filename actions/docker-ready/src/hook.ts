import { runProgram, scriptRunner } from '@container-actions/core'
import { main } from './main.ts'
import { settingsOf } from './settings.ts'

const write = (line: string) => void process.stdout.write(`${line}\n`)

await runProgram(async ({ env, signal }) => {
  const runner = scriptRunner(env, write)
  await main(settingsOf(env, runner.warning), { env, signal, runner, phase: (_title, work) => work() })
  return 0
}, scriptRunner({}, write).fail)
