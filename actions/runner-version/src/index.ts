import { ANY_SYSTEM, runAction } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'
import { portsOf } from './ports.ts'

await runAction({
  systems: ANY_SYSTEM,
  readInputs,
  main: (inputs, job) => {
    if (inputs.token !== undefined) job.runner.mask(inputs.token)
    return main(inputs, portsOf(inputs, job.env, job.signal), job)
  },
})
