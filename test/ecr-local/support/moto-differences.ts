/** A call that moto answers otherwise. */
export interface Difference {
  /** What only one of both has. */
  readonly lines: readonly string[]
  /** Why ours are right. */
  readonly why: string
}

const absentFromMoto = (...ours: readonly string[]): Difference => ({
  lines: ['moto 500 SyntaxError', 'ours 200', ...ours.map((line) => `ours ${line}`)],
  why: 'The operation is one of ECR, of which moto has no implementation; it breaks off with a page of HTML.',
})

/** By the names of the calls. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'mutability with filters': {
    lines: [
      'ours imageTagMutabilityExclusionFilters: list',
      'ours imageTagMutabilityExclusionFilters[].filter: string',
      'ours imageTagMutabilityExclusionFilters[].filterType: string',
    ],
    why: "ECR's answer has the filters, in the service's own model too; moto keeps them and leaves them out of it.",
  },
  'ask for layers': {
    lines: [
      'moto failures[].failureCode: string',
      'moto failures[].failureReason: string',
      'moto failures[].layerDigest: string',
      'moto layers[].mediaType: string',
    ],
    why: 'A layer that is not there is UNAVAILABLE, which the model has for nothing else; failures are for digests that are none. No manifest has told the media type yet.',
  },
  'download a layer': absentFromMoto('downloadUrl: string', 'layerDigest: string'),
  'move an immutable tag': {
    lines: ['moto 400 ImageAlreadyExistsException', 'ours 400 ImageTagAlreadyExistsException'],
    why: 'ImageAlreadyExistsException is for an image that is there with its tag and did not change; moving an immutable tag has an error of its own in the model.',
  },
  'put what is no manifest': {
    lines: ['moto 500 SyntaxError', 'ours 400 InvalidParameterException'],
    why: "ECR says Invalid parameter at 'ImageManifest', as in https://github.com/boto/boto3/issues/3295; moto breaks off where it reads the JSON.",
  },
  'put an image of none': {
    lines: ['moto 500 SyntaxError', 'ours 400 RepositoryNotFoundException'],
    why: 'The model has RepositoryNotFoundException for this call; moto breaks off where it looks the repository up.',
  },
  'describe the image': {
    lines: ['ours imageDetails[].artifactMediaType: string', 'ours imageDetails[].imageStatus: string'],
    why: 'ECR tells the media type of the config as that of the artifact, and since images can be archived the status; moto has neither.',
  },
  findings: {
    lines: [
      'moto imageScanFindings.findingSeverityCounts.HIGH: number',
      'moto imageScanFindings.findings[].attributes: list',
      'moto imageScanFindings.findings[].attributes[].key: string',
      'moto imageScanFindings.findings[].attributes[].value: string',
      'moto imageScanFindings.findings[].name: string',
      'moto imageScanFindings.findings[].severity: string',
      'moto imageScanFindings.findings[].uri: string',
    ],
    why: 'moto finds the same weakness in every image. Ours finds in an image what it was told to find, else nothing.',
  },
  preview: absentFromMoto(
    'lifecyclePolicyText: string',
    'registryId: string',
    'repositoryName: string',
    'status: string',
  ),
  'account setting': absentFromMoto('name: string', 'value: string'),
  templates: absentFromMoto('registryId: string', 'repositoryCreationTemplates: list'),
}
