import * as account from './account.ts'
import * as artifacts from './artifacts.ts'
import * as authorization from './authorization.ts'
import * as imageDeletion from './image-deletion.ts'
import * as imageLists from './image-lists.ts'
import * as images from './images.ts'
import * as layers from './layers.ts'
import { DeleteLifecyclePolicy, GetLifecyclePolicy, PutLifecyclePolicy } from './lifecycle.ts'
import * as lifecyclePreviews from './lifecycle-previews.ts'
import type { Operation } from './operation.ts'
import * as policies from './policies.ts'
import * as repositories from './repositories.ts'
import * as repositoryChanges from './repository-changes.ts'
import * as resourceTags from './resource-tags.ts'
import * as scanning from './scanning.ts'
import * as scans from './scans.ts'
import * as templates from './templates.ts'

/** All supported operations of the ECR API, by name; the functions have the same names. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...account,
    ...artifacts,
    ...authorization,
    ...imageDeletion,
    ...imageLists,
    ...images,
    ...layers,
    DeleteLifecyclePolicy,
    GetLifecyclePolicy,
    PutLifecyclePolicy,
    ...lifecyclePreviews,
    ...policies,
    ...repositories,
    ...repositoryChanges,
    ...resourceTags,
    ...scanning,
    ...scans,
    ...templates,
  }),
)
