import { runAction } from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'

await runAction({ systems: ['linux', 'darwin'], readInputs, main })
