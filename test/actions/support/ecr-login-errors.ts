import { type ActionErrors, denied, fault } from './ecr-error-case.ts'

const TOKEN = 'GetAuthorizationToken'

export const ECR_LOGIN: ActionErrors = {
  action: 'ecr-login',
  found: [
    ['denied', {}, fault(TOKEN, 'AccessDeniedException'), denied(TOKEN)],
    [
      'session expired',
      {},
      fault(TOKEN, 'ExpiredTokenException'),
      /^The AWS session from .* has expired\. Get new credentials before this step\.$/,
    ],
    [
      'unknown key',
      {},
      fault(TOKEN, 'UnrecognizedClientException'),
      /^AWS does not know the access key from .*Check that the key is active/,
    ],
    [
      'wrong secret',
      {},
      fault(TOKEN, 'InvalidSignatureException', 'It does not match.'),
      /^AWS refuses the secret access key from .*: It does not match\. Check that it/,
    ],
    [
      'throttled',
      {},
      fault(TOKEN, 'ThrottlingException'),
      /^AWS still throttles ecr:GetAuthorizationToken in eu-central-1 after all retries/,
    ],
    [
      "AWS's own error",
      {},
      fault(TOKEN, 'ServerException'),
      /^ecr:GetAuthorizationToken failed with an AWS server error in eu-central-1, after all retries: Internal error\. Run the job again\.$/,
    ],
    [
      'parameter refused',
      {},
      fault(TOKEN, 'InvalidParameterException', "Invalid parameter at 'registryIds'"),
      /^ecr:GetAuthorizationToken failed in eu-central-1: InvalidParameterException: Invalid parameter at 'registryIds'\.$/,
    ],
  ],
  missing: [],
}
