import { invalidParameter } from '../api-error.ts'
import { repositoryArn } from '../model/arn.ts'
import { type Operation, type Request, repositoryOf } from './operation.ts'
import { demandFewTags, resourceTagsFrom, tagList } from './repository-settings.ts'

export const ListTagsForResource: Operation = (request) => {
  const { repository } = resourceOf(request)
  return { tags: tagList(repository.settings.resourceTags) }
}

export const TagResource: Operation = async (request) => {
  const { registry, repository } = resourceOf(request)
  const tags = request.input.objects('tags') ?? request.input.missing('tags')
  const all = { ...repository.settings.resourceTags, ...resourceTagsFrom(tags) }
  demandFewTags(all)
  repository.settings.resourceTags = all
  await registry.save(repository)
  return {}
}

export const UntagResource: Operation = async (request) => {
  const { registry, repository } = resourceOf(request)
  const keys = request.input.strings('tagKeys') ?? request.input.missing('tagKeys')
  const left = Object.entries(repository.settings.resourceTags).filter(([key]) => !keys.includes(key))
  repository.settings.resourceTags = Object.fromEntries(left)
  await registry.save(repository)
  return {}
}

/** Only repositories in the caller's own region and account can be named. */
function resourceOf(request: Request) {
  const arn = request.input.string('resourceArn')
  const name = /^arn:[^:]+:ecr(?:-public)?:[^:]*:\d{12}:repository\/(.+)$/.exec(arn)?.[1]
  const { account, region } = request.caller
  if (name === undefined || arn !== repositoryArn({ account, region }, name)) {
    throw invalidParameter('resourceArn', 'Invalid ARN')
  }
  return repositoryOf(request, name)
}
