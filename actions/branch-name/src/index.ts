import { githubApi, runAction, webOf } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { gitHubLookUp } from './lookup.ts'
import { main } from './main.ts'

await runAction({
  readInputs,
  main: (inputs, job) => {
    const { signal, env } = job
    return main(inputs, job, gitHubLookUp(githubApi({ token: inputs.githubToken ?? '', web: webOf(env), signal })))
  },
})
