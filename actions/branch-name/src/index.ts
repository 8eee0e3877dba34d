import { ANY_SYSTEM, githubApi, runAction, webOf } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { gitHubLookUp } from './lookup.ts'
import { main } from './main.ts'

await runAction({
  systems: ANY_SYSTEM,
  readInputs,
  main: (inputs, job) => {
    const { signal, env } = job
    return main(inputs, job, gitHubLookUp(githubApi({ token: inputs.githubToken ?? '', web: webOf(env), signal })))
  },
})
