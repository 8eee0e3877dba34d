import { eventOf, memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { gitHubLookUp } from '../src/lookup.ts'
import { main } from '../src/main.ts'
import { apiOf } from './api.ts'
import { inputs } from './inputs.ts'
import { expectations, VECTORS } from './vectors.ts'

describe('vectors', () => {
  for (const vector of VECTORS) {
    for (const { onTag, outputs } of expectations(vector)) {
      test(`${vector.name}, current_branch_on_tag: ${onTag}`, async () => {
        const job = Object.defineProperty(memoryJob(), 'event', {
          value: eventOf(vector.event_name, vector.event, vector.env),
        })
        const given = inputs({ ...vector.inputs, current_branch_on_tag: onTag, github_token: 'token' })
        expect(await main(given, job, gitHubLookUp(apiOf(vector.api ?? {})))).toMatchObject(outputs)
      })
    }
  }
})
