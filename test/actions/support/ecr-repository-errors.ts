import { type ActionErrors, denied, fault, ofFirstCall } from './ecr-error-case.ts'

const RECONCILE = { repo: 'team/app', mode: 'reconcile' }
const KEEP = { ...RECONCILE, lifecycle_policy: 'keep:30' }
const PULL = { ...RECONCILE, repository_policy: 'lambda' }
const TAGS = { ...RECONCILE, resource_tags: 'team=web' }
const ENSURE = { repo: 'team/app' }
const CREATION = { repo: 'team/app', lifecycle_policy: 'keep:30', resource_tags: 'team=web' }

export const ECR_REPOSITORY: ActionErrors = {
  action: 'ecr-repository',
  found: [
    [
      'read denied',
      ENSURE,
      fault('DescribeRepositories', 'AccessDeniedException'),
      denied('DescribeRepositories', '.*'),
    ],
    ...ofFirstCall(ENSURE),
    [
      'something new',
      ENSURE,
      fault('DescribeRepositories', 'NovelException', 'Never seen.'),
      /^ecr:DescribeRepositories for repository 'team\/app' failed in eu-central-1: NovelException: Never seen\.$/,
    ],
    [
      'connection reset',
      ENSURE,
      { operation: 'DescribeRepositories', connection: 'reset' },
      /^ecr:DescribeRepositories for repository 'team\/app' failed: AWS cannot be reached in region eu-central-1 \(ECONNRESET\)/,
    ],
    [
      'lifecycle policy unreadable',
      KEEP,
      fault('GetLifecyclePolicy', 'AccessDeniedException'),
      denied('GetLifecyclePolicy'),
    ],
    [
      'lifecycle policy denied',
      KEEP,
      fault('PutLifecyclePolicy', 'AccessDeniedException'),
      denied('PutLifecyclePolicy'),
    ],
    [
      'lifecycle policy refused',
      KEEP,
      fault('PutLifecyclePolicy', 'InvalidParameterException', 'Lifecycle policy validation failure: no'),
      /^ECR refuses lifecycle_policy of repository 'team\/app': Lifecycle policy validation failure: no\. Correct the input 'lifecycle_policy'\.$/,
    ],
    [
      'deleted in between',
      KEEP,
      fault('PutLifecyclePolicy', 'RepositoryNotFoundException', 'It does not exist'),
      /^Repository 'team\/app' was deleted while this step worked on it: It does not exist\. Run the job again\.$/,
    ],
    ['policy unreadable', PULL, fault('GetRepositoryPolicy', 'AccessDeniedException'), denied('GetRepositoryPolicy')],
    ['policy denied', PULL, fault('SetRepositoryPolicy', 'AccessDeniedException'), denied('SetRepositoryPolicy')],
    [
      'policy refused',
      PULL,
      fault('SetRepositoryPolicy', 'InvalidParameterException', 'Invalid repository policy provided'),
      /^ECR refuses repository_policy of repository 'team\/app': Invalid repository policy provided\. Correct the input 'repository_policy', or set 'force_policy: true'/,
    ],
    [
      'tags unreadable',
      TAGS,
      fault('ListTagsForResource', 'AccessDeniedException'),
      denied('ListTagsForResource', '.*'),
    ],
    ['tags denied', TAGS, fault('TagResource', 'AccessDeniedException'), denied('TagResource', '.*')],
    [
      'tags refused',
      TAGS,
      fault('TagResource', 'InvalidTagParameterException', 'The tag is invalid'),
      /^ECR rejects resource_tags of repository 'team\/app': The tag is invalid\. Correct the input 'resource_tags'\.$/,
    ],
    [
      'too many tags',
      TAGS,
      fault('TagResource', 'TooManyTagsException', 'Over the limit.'),
      /^ECR rejects resource_tags of repository 'team\/app': Over the limit\. Existing tags of the repository count too/,
    ],
    [
      'mutability denied',
      { ...RECONCILE, image_tag_mutability: 'IMMUTABLE' },
      fault('PutImageTagMutability', 'AccessDeniedException'),
      denied('PutImageTagMutability'),
    ],
    [
      'scanning refused',
      { ...RECONCILE, scan_on_push: true },
      fault('PutImageScanningConfiguration', 'ValidationException', 'Not with this registry.'),
      /^ECR refuses scan_on_push of repository 'team\/app': Not with this registry\. Correct the input 'scan_on_push'\.$/,
    ],
  ],
  missing: [
    ['denied', CREATION, fault('CreateRepository', 'AccessDeniedException'), denied('CreateRepository', '.*')],
    [
      'quota used up',
      CREATION,
      fault('CreateRepository', 'LimitExceededException', 'The operation would exceed a limit'),
      /^A quota of ECR in eu-central-1 is exceeded at ecr:CreateRepository for repository 'team\/app': The operation would exceed a limit\. Delete what is no longer needed/,
    ],
    [
      'parameter refused',
      CREATION,
      fault('CreateRepository', 'InvalidParameterException', "Invalid parameter at 'encryptionConfiguration'"),
      /^ECR refuses repository 'team\/app': Invalid parameter at 'encryptionConfiguration'\. Correct the step's inputs\.$/,
    ],
    [
      'tags refused',
      CREATION,
      fault('CreateRepository', 'InvalidTagParameterException', 'The tag is invalid'),
      /^ECR rejects resource_tags of repository 'team\/app': The tag is invalid\./,
    ],
    [
      'too many tags',
      CREATION,
      fault('CreateRepository', 'TooManyTagsException', 'Over the limit'),
      /^ECR rejects resource_tags of repository 'team\/app': Over the limit\./,
    ],
    [
      'key refused',
      CREATION,
      fault('CreateRepository', 'KmsException', 'Key is disabled'),
      /^KMS refuses the key at ecr:CreateRepository for repository 'team\/app': Key is disabled\. Check that the repository's key is an enabled symmetric key/,
    ],
    [
      "AWS's own error",
      CREATION,
      fault('CreateRepository', 'ServerException'),
      /^ecr:CreateRepository for repository 'team\/app' failed with an AWS server error in eu-central-1, /,
    ],
    [
      'exists and does not',
      CREATION,
      fault('CreateRepository', 'RepositoryAlreadyExistsException', 'It exists'),
      /^ECR reports both that repository 'team\/app' exists and that it does not\. Run the job again\.$/,
    ],
    [
      'its policy refused',
      CREATION,
      fault('PutLifecyclePolicy', 'InvalidParameterException', 'No such rule'),
      /^ECR refuses lifecycle_policy .* Repository 'team\/app' exists now without it: then run this step once with 'mode: reconcile'\. Already done: created repository team\/app\.$/,
    ],
  ],
}
