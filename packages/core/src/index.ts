export { denialLine } from './aws/access-denied.ts'
export type { Identity } from './aws/credential-provider.ts'
export { awsErrorName } from './aws/error-name.ts'
export { allowEcr, type IamPolicy, iamPolicy, type PolicyStatement } from './aws/iam-policy.ts'
export type { RoleSettings } from './aws/role.ts'
export { type AwsKeys, type AwsSettings, parseAccountId, readAccountId, readAwsSettings } from './aws/settings.ts'
export { backoff } from './base/backoff.ts'
export { formatDuration, parseDuration } from './base/duration.ts'
export type { Environment } from './base/environment.ts'
export { Failure, notKnown, type OutputValues, reason, sentence } from './base/failure.ts'
export { holdLock } from './base/file-lock.ts'
export { blockingPath, ownerCure, ownerOf, readsEverything, refusalOf, thisUser } from './base/file-owner.ts'
export { formatSize } from './base/file-size.ts'
export { lastLine } from './base/last-line.ts'
export { block, code, table } from './base/markdown.ts'
export { nearest } from './base/nearest.ts'
export { settleAll } from './base/settle-all.ts'
export { ANY_SYSTEM, type System } from './base/system.ts'
export { readBytes, readText } from './base/text-file.ts'
export { tryOrUndefined } from './base/try-or-undefined.ts'
export { isAtLeast, plainVersion } from './base/version.ts'
export { type AwsSession, awsSession } from './credentials/session.ts'
export { type BuildOutput, type BuildResult, type BuildSpec, pushedDigest } from './docker/build.ts'
export { chosenBuilder, withBuildxFolder } from './docker/buildx-folder.ts'
export { type Docker, dockerOf } from './docker/cli.ts'
export { hiddenPlugin, pluginFile, runnablePlugin } from './docker/plugin.ts'
export { PushFailure } from './docker/push-failure.ts'
export { type OwnBuilder, ownBuilderName, removeLeftBuilder } from './docker/temporary-builder.ts'
export {
  type Builder,
  type BuilderInstance,
  builderOf,
  engineBuilderPushes,
  type Toolset,
} from './docker/toolset.ts'
export { DAEMON_CAUSES, type DaemonCause, type DaemonDiagnosis } from './docker-daemon/cause.ts'
export { configFolder } from './docker-daemon/context.ts'
export { diagnoseError } from './docker-daemon/diagnosis.ts'
export { DialError, dialStdio } from './docker-daemon/dial-stdio.ts'
export { DEFAULT_SOCKET, type Endpoint } from './docker-daemon/endpoint.ts'
export { type EngineCall, type EngineImage, type EngineImages, engineImages } from './docker-daemon/engine-images.ts'
export { askDaemon, type Pong, RequestError } from './docker-daemon/ping.ts'
export type { ReadyDaemon } from './docker-daemon/poll.ts'
export { explainDaemon, type NoDocker, type Waited, waitForDocker } from './docker-daemon/wait-for-docker.ts'
export { PUBLIC_HOSTS } from './docker-login/config.ts'
export { childLogin, type IsolatedDockerConfig, isolatedDockerConfig } from './docker-login/isolated-config.ts'
export { endJobLogins, type JobLogins, jobLogins, LOGIN_KINDS, type LoginKind } from './docker-login/job-logins.ts'
export { checkLogin } from './docker-login/login-check.ts'
export type { Authorization } from './ecr/authorization.ts'
export { registryAuthorization } from './ecr/authorization.ts'
export { ecrOf } from './ecr/client.ts'
export type { CreationSettings, Ecr, Manifest, Repository } from './ecr/ecr.ts'
export { createRepository, type Ensured, ensureRepository, missingRepository } from './ecr/ensure-repository.ts'
export { imageConfigDigest, imageDigests, imagesIn, type PlatformImage } from './ecr/image-content.ts'
export { checkReferenceLength } from './ecr/image-reference.ts'
export { tagProblem } from './ecr/image-tag.ts'
export { locationFor, locationOf, type RegistryLocation, repositoryArn } from './ecr/location.ts'
export { PUBLIC_REGION, publicAuthorization } from './ecr/public.ts'
export { isUsualHost, parseRegistryHost } from './ecr/registry-host.ts'
export { registryManifests } from './ecr/registry-manifests.ts'
export type { EncryptionType, TagMutability } from './ecr/repository.ts'
export {
  type NamedRepository,
  readRegistryAccount,
  readRepositories,
  readRepository,
  repositoryNameProblem,
} from './ecr/repository-name.ts'
export { type EcrSession, withThrottleRetry } from './ecr/retry-throttled.ts'
export { type EcrSettings, ecrSettingsOf, type RepositoryId } from './ecr/settings.ts'
export { writeSetting } from './ecr/write-setting.ts'
export { type GitHubApi, GitHubApiError, type GitHubApiOptions, githubApi } from './github/api.ts'
export type { GitHubEvent } from './github/event.ts'
export { type MergeGroup, mergeGroupOf } from './github/merge-group.ts'
export { hasObject, listAt, numberAt, textAt } from './github/payload.ts'
export { isForkOf, type PullRequest, pullRequestOf, repositoryOf } from './github/pull-request.ts'
export { branchOf, type Ref, runRef, withoutPrefix } from './github/ref.ts'
export { isDeleted, type Source, sourceOf } from './github/source.ts'
export { isTrusted, mayWriteCache } from './github/trust.ts'
export { type Download, type Web, type WebAnswer, WebError, type WebRequest, webOf } from './http/web.ts'
export {
  type Arguments,
  type CommandLine,
  optionLines,
  optionOf,
  readArguments,
  readSettings,
} from './program/command-line.ts'
export { type Program, type ProgramResult, runProgram, type ShutdownOptions } from './program/run-program.ts'
export { scriptRunner } from './program/script-runner.ts'
export type { Exec, ExecOptions, ExecResult } from './step/exec.ts'
export { type CheckedInputReader, type InputReader, inputReader, parseBoolean } from './step/inputs.ts'
export type { Job, Phase } from './step/job.ts'
export { recordingExec } from './step/recording-exec.ts'
export { type Action, runAction } from './step/run-action.ts'
export type { Runner } from './step/runner.ts'
export { savedState } from './step/saved-state.ts'
export { removeLeftFolders } from './step/temporary-folders.ts'
export { checkWorkspacePath } from './step/workspace-path.ts'
