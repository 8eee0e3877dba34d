export { type Action, runAction } from './action.ts'
export { type AwsSession, awsSession, type Identity } from './aws-session.ts'
export { type AwsKeys, type AwsSettings, readAwsSettings } from './aws-settings.ts'
export { DialError, dialStdio } from './dial.ts'
export { type Builder, type BuildSpec, type Docker, type DockerVersions, dockerOf } from './docker.ts'
export { type DockerLogin, isolatedLogin } from './docker-config.ts'
export { formatDuration, parseDuration } from './duration.ts'
export { type Authorization, type CreationSettings, type Ecr, ecrOf, type Manifest, type Repository } from './ecr.ts'
export { awsErrorName } from './ecr-error.ts'
export type { EncryptionType, TagMutability } from './ecr-repository.ts'
export { type EcrSettings, ecrSettingsOf, type RepositoryId } from './ecr-settings.ts'
export type { Environment } from './environment.ts'
export type { GitHubEvent } from './event.ts'
export type { Exec, ExecOptions, ExecResult } from './exec.ts'
export { Failure, type OutputValues, reason } from './failure.ts'
export { type GitHubApi, GitHubApiError, type GitHubApiOptions, githubApi } from './github.ts'
export { tagProblem } from './image-tag.ts'
export { type CheckedInputReader, type InputReader, inputReader } from './inputs.ts'
export type { Job, Phase } from './job.ts'
export { code, table } from './markdown.ts'
export { settleAll } from './parallel.ts'
export { type End, type Program, runProgram } from './program.ts'
export { createRepository, type Ensured, ensureRepository, missingRepository } from './repository.ts'
export {
  type NamedRepository,
  parseRegistryHost,
  readRepositories,
  readRepositoryName,
  repositoryNameProblem,
} from './repository-name.ts'
export type { Runner } from './runner.ts'
export { scriptRunner } from './script-runner.ts'
export { removeLeftFolders } from './temporary-folders.ts'
