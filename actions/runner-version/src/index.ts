import { runAction } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'
import { portsOf } from './ports.ts'

await runAction({
  readInputs,
  main: (inputs, job) => {
    if (inputs.token !== undefined) job.runner.mask(inputs.token)
    return main(inputs, portsOf(inputs, job.env, job.signal), job)
  },
})
