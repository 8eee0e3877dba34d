import { awsSession, dockerOf, ecrOf, removeLeftFolders, runAction } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'

await runAction({
  readInputs,
  main: (inputs, job) => {
    const session = awsSession(inputs.aws, job)
    return main(inputs, { session, ecr: ecrOf(session, inputs.aws.accountId), docker: dockerOf(job) }, job)
  },
  post: async (job) => removeLeftFolders(job.runner),
})
