import { awsSession, ecrOf, ecrSettingsOf, runAction } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'

await runAction({
  readInputs,
  main: (inputs, job) => {
    const session = awsSession(inputs.aws, job)
    return main(inputs, { session, ecr: ecrOf(session, inputs.registryId), settings: ecrSettingsOf(session) }, job)
  },
})
