import * as imageDeletion from '../api/image-deletion.ts'
import { PutImage } from '../api/images.ts'
import type { JsonApi } from '../api/json11.ts'
import {
  BatchCheckLayerAvailability,
  CompleteLayerUpload,
  InitiateLayerUpload,
  UploadLayerPart,
} from '../api/layers.ts'
import * as policies from '../api/policies.ts'
import * as resourceTags from '../api/resource-tags.ts'
import { ApiError } from '../api-error.ts'
import { PUBLIC } from '../model/public-registry.ts'
import * as account from './account.ts'
import * as images from './images.ts'
import * as repositories from './repositories.ts'
import { PUBLIC_REQUESTS } from './requests.ts'

/** The only region whose endpoint issues tokens: https://docs.aws.amazon.com/general/latest/gr/ecr-public.html */
const REGION = 'us-east-1'

/** ECR Public: its own operations, and those that are the same as in private ECR. */
export const PUBLIC_API: JsonApi = {
  service: 'ecr-public',
  target: 'SpencerFrontendService.',
  operations: new Map(
    Object.entries({
      ...account,
      ...images,
      ...repositories,
      ...imageDeletion,
      ...policies,
      ...resourceTags,
      BatchCheckLayerAvailability,
      CompleteLayerUpload,
      InitiateLayerUpload,
      PutImage,
      UploadLayerPart,
    }),
  ),
  requests: PUBLIC_REQUESTS,
  enter(caller) {
    if (caller.region === REGION) return { ...caller, region: PUBLIC }
    throw new ApiError('InvalidSignatureException', 'Credential should be scoped to a valid region.')
  },
}
