import {
  awsSession,
  endJobLogins,
  jobLogins,
  publicAuthorization,
  registryAuthorization,
  runAction,
} from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'

await runAction({
  systems: ['linux', 'darwin'],
  readInputs,
  main: (inputs, job) => {
    const session = awsSession(inputs.aws, job, { expectedAccount: inputs.aws.accountId })
    const ecr = {
      of: ({ account, region }: { account: string | undefined; region: string | undefined }) =>
        registryAuthorization(region === undefined ? session : session.in(region), account),
      public: () => publicAuthorization(session, job.env),
    }
    return main(inputs, { session, ecr, docker: jobLogins(inputs.dockerConfig, inputs, job) }, job)
  },
  post: [endJobLogins],
})
