import { awsSession, ecrOf, ecrSettingsOf, runAction, withThrottleRetry } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'

await runAction({
  systems: ['linux', 'darwin'],
  readInputs,
  main: (inputs, job) => {
    const session = awsSession(inputs.aws, job, { expectedAccount: inputs.aws.accountId })
    const patient = withThrottleRetry(session, job)
    const ecr = ecrOf(patient, inputs.registryId, inputs.registryHost)
    return main(inputs, { session, ecr, settings: ecrSettingsOf(patient) }, job)
  },
})
