import { GetAuthorizationToken } from './authorization.ts'
import { BatchGetImage, DescribeImages, PutImage } from './images.ts'
import type { Operation } from './operation.ts'
import { CreateRepository, DescribeRepositories } from './repositories.ts'

/** Every operation of the ECR API that this server answers, by its name on the wire. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    BatchGetImage,
    CreateRepository,
    DescribeImages,
    DescribeRepositories,
    GetAuthorizationToken,
    PutImage,
  }),
)
