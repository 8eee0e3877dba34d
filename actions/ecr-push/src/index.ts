import {
  awsSession,
  dockerOf,
  ecrOf,
  ecrSettingsOf,
  patientSession,
  registryAuthorization,
  removeLeftFolders,
  runAction,
} from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main, type Ports } from './main.ts'

await runAction({
  readInputs,
  main: (inputs, job) => {
    const session = awsSession(inputs.aws, job)
    const ports: Ports = {
      session,
      ecr: ecrOf(patientSession(session, job), inputs.aws.accountId),
      docker: dockerOf(job),
      settings: ecrSettingsOf(session),
      registry: (account) => registryAuthorization(session, account),
    }
    return main(inputs, ports, job)
  },
  post: async (job) => removeLeftFolders(job.runner),
})
