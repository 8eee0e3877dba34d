import { githubApi, runAction } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { gitHubLookUp } from './lookup.ts'
import { main } from './main.ts'

await runAction({
  readInputs,
  main: (inputs, job) =>
    main(inputs, job, gitHubLookUp(githubApi({ token: inputs.githubToken ?? '', signal: job.signal }))),
})
