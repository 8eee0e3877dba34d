import type fc from 'fast-check'
import { type Content, jsonFile, linesFile, PAYLOAD, runnerFile } from './fuzz-values.ts'

const ID = '01234567-89ab-cdef-0123-456789abcdef'
const MARK = { path: '%TEMP%/ecr-login-0123456789ab', mark: ID }
const ENTRIES = [{ host: 'ghcr.io', digest: 'x', helper: 'x' }]

/** What main steps keep for their post steps. */
export const STATE: readonly (readonly [string, unknown])[] = [
  [
    'dockerLogin',
    { kind: 'isolated', folder: MARK, id: ID, before: { DOCKER_CONFIG: '%HOME%/.docker', BUILDX_CONFIG: 'x' } },
  ],
  ['dockerLogin', { kind: 'shared', file: '%HOME%/.docker/config.json', id: ID, created: true, entries: ENTRIES }],
  ['temporaryFolders', [MARK]],
  [
    'engineNames',
    {
      own: 'ecr-push-0123456789ab:built',
      id: 'sha256:0',
      digests: ['x@sha256:0'],
      pointed: [{ name: 'app:1', before: 'sha256:1' }],
    },
  ],
  ['ownBuilder', 'ecr-push-0123456789ab'],
]

const DOCKER_CONFIG = {
  auths: { 'ghcr.io': { auth: 'eDp5' }, 'public.ecr.aws': { auth: 'QVdTOmUzMD0=' } },
  credHelpers: { 'docker.io': 'x' },
  credsStore: 'y',
  currentContext: 'x',
  proxies: { default: { httpProxy: 'http://127.0.0.1:1' } },
  plugins: { buildx: {} },
}

const CONTEXT = { Name: 'x', Metadata: {}, Endpoints: { docker: { Host: 'unix:///nowhere', SkipTLSVerify: false } } }

/** Docker's folder for the context `x`: the SHA-256 of the name. */
const META = 'home/.docker/contexts/meta/2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881/meta.json'

const STATEMENT = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }
const LIFECYCLE = {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 },
      action: { type: 'expire' },
    },
  ],
}

export const FILES: Readonly<Record<string, fc.Arbitrary<Content>>> = {
  'home/.docker/config.json': jsonFile(DOCKER_CONFIG),
  'home/.docker/config.json.ecr-login-lock': linesFile(['x']),
  [META]: jsonFile(CONTEXT),
  'home/.docker/buildx/current': jsonFile({ Key: 'unix:///nowhere', Name: 'x', Global: false }),
  'home/.aws/config': linesFile(),
  'home/.aws/credentials': linesFile(),
  'home/token': linesFile(['a.b.c', 'x']),
  'temp/event.json': jsonFile(PAYLOAD),
  'temp/output': runnerFile,
  'temp/state': runnerFile,
  'temp/env': runnerFile,
  'temp/path': runnerFile,
  'temp/summary': runnerFile,
  'temp/ecr-login-0123456789ab': jsonFile({}),
  'temp/ecr-login-0123456789ab/.container-actions': jsonFile({}),
  'temp/ecr-login-0123456789ab/docker/config.json': jsonFile(DOCKER_CONFIG),
  [`temp/ecr-login-0123456789ab/logins/${ID}`]: jsonFile(ENTRIES),
  'temp/tools/runner-version/releases.json': jsonFile({ etag: 'x', releases: [{ tag_name: 'v2.330.0' }] }),
  'workspace/repo-policy.json': jsonFile({ Version: '2012-10-17', Statement: [STATEMENT] }),
  'workspace/lifecycle.json': jsonFile(LIFECYCLE),
  'workspace/Dockerfile': linesFile([
    'FROM scratch',
    '# syntax=x',
    'ARG A',
    'COPY . /',
    'ADD http://127.0.0.1:1/x /',
    'RUN <<E',
  ]),
  'workspace/.dockerignore': linesFile(['*', '!app', '**/x', '[', '[a-', '\\', '!', '#']),
  'workspace/app': linesFile(['x']),
  'workspace/prebuild.sh': linesFile(['#!/bin/sh', '#!/nowhere', '#!', 'exit 1']),
  'answers/version': jsonFile({ Client: { Version: '28.5.2' }, Server: { Version: '28.5.2', Os: 'linux', Arch: 'x' } }),
  'answers/info': jsonFile([['driver-type', 'io.containerd.snapshotter.v1']]),
  'answers/buildx': linesFile([
    'Name: x',
    'Driver: docker',
    'Driver: docker-container',
    'Status: running',
    'Nodes:',
    'v0.29.1',
  ]),
}

/** Variables of a job and of a machine that one of the actions, or a library of theirs, reads. */
export const VARIABLES = [
  ...['HOME', 'RUNNER_TEMP', 'TMPDIR', 'PATH', 'TZ', 'SOURCE_DATE_EPOCH', 'RUNNER_DEBUG', 'RUNNER_TOOL_CACHE'],
  ...['GITHUB_EVENT_NAME', 'GITHUB_EVENT_PATH', 'GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH'],
  ...['GITHUB_STEP_SUMMARY', 'GITHUB_REF', 'GITHUB_REF_NAME', 'GITHUB_REF_TYPE', 'GITHUB_HEAD_REF', 'GITHUB_BASE_REF'],
  ...['GITHUB_SHA', 'GITHUB_REPOSITORY', 'GITHUB_SERVER_URL', 'GITHUB_API_URL', 'GITHUB_RUN_ID', 'GITHUB_WORKSPACE'],
  ...['DOCKER_CONFIG', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_AUTH_CONFIG', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY'],
  ...['BUILDX_CONFIG', 'BUILDX_BUILDER', 'BUILDKIT_HOST', 'DOCKER_BUILDKIT', 'DOCKER_API_VERSION', 'XDG_RUNTIME_DIR'],
  ...['AWS_REGION', 'AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_ENDPOINT_URL_ECR'],
  ...[
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_STS',
    'AWS_ROLE_ARN',
    'AWS_ROLE_SESSION_NAME',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
  ],
  ...[
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  ],
  ...['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', 'AWS_CA_BUNDLE', 'AWS_RETRY_MODE', 'AWS_MAX_ATTEMPTS'],
  ...['AWS_USE_FIPS_ENDPOINT', 'AWS_DEFAULTS_MODE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_CACHE_URL', 'ACTIONS_RUNTIME_TOKEN'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'ALL_PROXY', 'SSL_CERT_FILE'],
]

export const EVENTS = [
  ...[
    'push',
    'create',
    'delete',
    'workflow_dispatch',
    'schedule',
    'workflow_run',
    'check_suite',
    'check_run',
    'status',
  ],
  ...[
    'deployment',
    'release',
    'registry_package',
    'merge_group',
    'issue_comment',
    'pull_request',
    'pull_request_target',
  ],
]

/** What only some of the actions look at, and which; everything else is for all. */
const READERS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:AWS_|ACTIONS_)|\.aws\/|home\/token/, /^ecr-/],
  [/^(?:DOCKER_|BUILD|XDG_)|\.docker\/|answers\//, /^(?:docker-ready|ecr-login|ecr-push)$/],
  [/ecr-login-/, /^ecr-login$/],
  [/^workspace\/(?:repo-policy|lifecycle)/, /^ecr-(?:push|repository)$/],
  [/^workspace\/|SOURCE_DATE/, /^ecr-push$/],
  [/releases\.json/, /^runner-version$/],
  [/^GITHUB_(?:EVENT|REF|HEAD|BASE|SHA)|event\.json/, /^(?:branch-name|ecr-push)$/],
]

/** Whether an action, by its folder, looks at a file or variable. */
export const isFor =
  (action: string) =>
  (name: string): boolean =>
    (READERS.find(([names]) => names.test(name))?.[1] ?? /./).test(action)
