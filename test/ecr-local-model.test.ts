import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '../packages/ecr-local/src/api/operations.ts'
import { REQUESTS } from '../packages/ecr-local/src/api/requests.ts'
import { needProgram } from './support/client-programs.ts'
import { MOTO } from './support/moto.ts'
import { comparable, requestsOfModel } from './support/service-model.ts'

describe("the model of AWS's own clients", () => {
  needProgram(MOTO, 'moto.sh')
  const requests = requestsOfModel('ecr')

  it.each(Object.entries(REQUESTS))('%s has the same members, with the same constraints', (operation, request) => {
    expect(comparable(request)).toEqual(requests.get(operation))
  })

  it('is compared for every operation that ecr-local answers', () => {
    expect(Object.keys(REQUESTS).sort()).toEqual([...OPERATIONS.keys()].sort())
    expect([...OPERATIONS.keys()].filter((operation) => !requests.has(operation))).toEqual([])
  })
})
