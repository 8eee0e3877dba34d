import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../packages/ecr-local/src/api/operations.ts'
import { REQUESTS } from '../../packages/ecr-local/src/api/requests.ts'
import { PUBLIC_API } from '../../packages/ecr-local/src/public/api.ts'
import { PUBLIC_REQUESTS } from '../../packages/ecr-local/src/public/requests.ts'
import { needProgram } from '../support/client-programs.ts'
import { MOTO } from './support/moto.ts'
import { comparable, requestsOfModel } from './support/service-model.ts'

describe.each([
  ['ecr', REQUESTS, OPERATIONS],
  ['ecr-public', PUBLIC_REQUESTS, PUBLIC_API.operations],
] as const)("the model of %s that AWS's own clients have", (service, ours, operations) => {
  needProgram(MOTO, 'moto.sh')
  const requests = requestsOfModel(service)

  it.each(Object.entries(ours))('%s has the same members, with the same constraints', (operation, request) => {
    expect(comparable(request)).toEqual(requests.get(operation))
  })

  it('is compared for every operation that ecr-local answers', () => {
    expect(Object.keys(ours).sort()).toEqual([...operations.keys()].sort())
    expect([...operations.keys()].filter((operation) => !requests.has(operation))).toEqual([])
  })
})
