import type { Fault } from '../../../packages/ecr-local/src/index.ts'
import { type ActionErrors, denied, type ErrorCase, fault, ofFirstCall } from './ecr-error-case.ts'

const PUSH = { repo: 'team/app', tags: '1', push_retries: 0 }
const CREATE = { ...PUSH, create_repo: true }
const POLICY = { ...PUSH, set_repo_policy: true }
const SCAN = { ...PUSH, image_scanning_configuration: true }
const SKIP = { ...PUSH, skip_if_exists: 'tag' }

/** The registry answers docker with an error, while the image is pushed. */
const refused = (operation: string, error: string, message?: string): Fault => ({
  ...fault(operation, error, message),
  service: 'registry',
})

/** Docker says in its own words what the registry answers to the end of a layer's upload. */
const uploading = (error: string, said: string, operation = 'CompleteLayerUpload'): ErrorCase => [
  `upload: ${error}`,
  PUSH,
  refused(operation, error, said),
  new RegExp(`^Pushing \\S+ failed: .*${said}$`),
]

/** The pushed image does not get its second tag. */
const tagging = (error: string, said: string): ErrorCase => [
  `second tag: ${error}`,
  { ...PUSH, tags: '1,2' },
  fault('PutImage', error, said),
  new RegExp(`^ecr:PutImage for .* failed in eu-central-1: ${error}: ${said}\\. Already done: pushed team/app:1\\.$`),
]

const untold = (when: string, given: typeof PUSH, operation: string, error: string, said: string): ErrorCase => [
  when,
  given,
  fault(operation, error, said),
  new RegExp(`^ecr:${operation} for repository 'team/app' failed in eu-central-1: ${error}: ${said}\\.$`),
]

export const ECR_PUSH: ActionErrors = {
  action: 'ecr-push',
  found: [
    ['login denied', PUSH, fault('GetAuthorizationToken', 'AccessDeniedException'), denied('GetAuthorizationToken')],
    ...ofFirstCall(PUSH),
    [
      'unknown key',
      PUSH,
      fault('DescribeRepositories', 'UnrecognizedClientException'),
      /^AWS does not know the access key from .*Check that the key is active/,
    ],
    ['policy denied', POLICY, fault('SetRepositoryPolicy', 'AccessDeniedException'), denied('SetRepositoryPolicy')],
    untold('policy refused', POLICY, 'SetRepositoryPolicy', 'InvalidParameterException', 'Invalid policy'),
    untold('scanning refused', SCAN, 'PutImageScanningConfiguration', 'ValidationException', 'Not here'),
    ['image unreadable', SKIP, fault('BatchGetImage', 'AccessDeniedException'), denied('BatchGetImage')],
    untold('upstream unreachable', SKIP, 'BatchGetImage', 'UnableToGetUpstreamImageException', 'No answer'),
    uploading('KmsException', 'Key is disabled', 'InitiateLayerUpload'),
    uploading('InvalidLayerPartException', 'Wrong part'),
    uploading('UploadNotFoundException', 'No upload'),
    uploading('InvalidLayerException', 'Other content'),
    uploading('LayerPartTooSmallException', 'Too small'),
    uploading('EmptyUploadException', 'Empty'),
    uploading('LayerAlreadyExistsException', 'Is there'),
    [
      'push denied',
      PUSH,
      refused('PutImage', 'AccessDeniedException'),
      /^Pushing \S+ failed: AWS denies ecr:PutImage to \S+\. Add this statement .*"Action":"ecr:PutImage"/,
    ],
    [
      'login expired',
      PUSH,
      refused('PutImage', 'ExpiredTokenException'),
      /^Pushing \S+ failed: .*just been renewed.*Get new credentials before this step\.$/,
    ],
    ['push throttled', PUSH, refused('PutImage', 'ThrottlingException'), /^Pushing \S+ failed: .*Rate exceeded/],
    [
      'tag taken',
      PUSH,
      refused('PutImage', 'ImageTagAlreadyExistsException', 'It cannot be overwritten because the tag is immutable.'),
      /^Pushing \S+ failed: .*cannot be overwritten because the tag is immutable\.$/,
    ],
    ['tagging denied', { ...PUSH, tags: '1,2' }, fault('PutImage', 'AccessDeniedException'), denied('PutImage')],
    tagging('ImageDigestDoesNotMatchException', 'Another digest'),
    tagging('ImageTagAlreadyExistsException', 'The tag is immutable'),
    tagging('LayersNotFoundException', 'A layer is gone'),
    [
      'second tag: the key is disabled',
      { ...PUSH, tags: '1,2' },
      fault('PutImage', 'KmsException', 'Key is disabled'),
      /^KMS refuses the key at ecr:PutImage for repository 'team\/app': Key is disabled\. Check that the repository's key .* use it\. Already done: pushed team\/app:1\.$/,
    ],
    [
      'second tag: a quota is used up',
      { ...PUSH, tags: '1,2' },
      fault('PutImage', 'LimitExceededException', 'Too many images'),
      /^A quota of ECR in eu-central-1 is exceeded at ecr:PutImage for repository 'team\/app': Too many images\. Delete .* quota from AWS\. Already done: pushed team\/app:1\.$/,
    ],
    tagging('ReferencedImagesNotFoundException', 'An image is gone'),
    tagging('RepositoryNotFoundException', 'It does not exist'),
  ],
  missing: [
    [
      'no repository',
      PUSH,
      fault('DescribeRepositories', 'RepositoryNotFoundException'),
      /^There is no ECR repository 'team\/app'.*'create_repo: true'/,
    ],
    ['creation denied', CREATE, fault('CreateRepository', 'AccessDeniedException'), denied('CreateRepository', '.*')],
    [
      'quota used up',
      CREATE,
      fault('CreateRepository', 'LimitExceededException', 'Over the limit'),
      /^A quota of ECR in eu-central-1 is exceeded at ecr:CreateRepository for repository 'team\/app': Over the limit\. Delete/,
    ],
    untold('name refused', CREATE, 'CreateRepository', 'InvalidParameterException', 'Invalid parameter'),
    [
      'key refused',
      CREATE,
      fault('CreateRepository', 'KmsException', 'Key is disabled'),
      /^KMS refuses the key at ecr:CreateRepository for repository 'team\/app': Key is disabled\. Check that the repository's key/,
    ],
    [
      'exists and does not',
      CREATE,
      fault('CreateRepository', 'RepositoryAlreadyExistsException', 'It exists'),
      /^ECR reports both that repository 'team\/app' exists and that it does not\. Run the job again\.$/,
    ],
  ],
}
