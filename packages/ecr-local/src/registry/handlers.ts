import { getBlob } from './blobs.ts'
import { listTags } from './lists.ts'
import { deleteManifest, getManifest, putManifest } from './manifests.ts'
import { listReferrers } from './referrers.ts'
import { beginUpload, cancelUpload, continueUpload, finishUpload, uploadState } from './uploads.ts'
import type { RepositoryVisit } from './visit.ts'

/** The handler of a request to a repository, and the API operation whose permission it needs. */
export interface Handler {
  readonly operation: string
  readonly handle: (visit: RepositoryVisit) => void | Promise<void>
}

/** Handlers by method and kind of route. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET blob': { operation: 'GetDownloadUrlForLayer', handle: getBlob },
  'HEAD blob': { operation: 'BatchCheckLayerAvailability', handle: getBlob },
  'POST uploads': { operation: 'InitiateLayerUpload', handle: beginUpload },
  'GET upload': { operation: 'UploadLayerPart', handle: uploadState },
  'PATCH upload': { operation: 'UploadLayerPart', handle: continueUpload },
  'PUT upload': { operation: 'CompleteLayerUpload', handle: finishUpload },
  'DELETE upload': { operation: 'UploadLayerPart', handle: cancelUpload },
  'GET manifest': { operation: 'BatchGetImage', handle: getManifest },
  'HEAD manifest': { operation: 'BatchGetImage', handle: getManifest },
  'PUT manifest': { operation: 'PutImage', handle: putManifest },
  'DELETE manifest': { operation: 'BatchDeleteImage', handle: deleteManifest },
  'GET tags': { operation: 'ListImages', handle: listTags },
  'GET referrers': { operation: 'BatchGetImage', handle: listReferrers },
}
