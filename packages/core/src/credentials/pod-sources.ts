import type { Credentials } from '../aws/credential-provider.ts'
import { loadSdk } from '../aws/load-sdk.ts'
import type { Environment } from '../base/environment.ts'
import { Failure, reason } from '../base/failure.ts'
import { readBytes } from '../base/text-file.ts'
import { claimsOf } from './oidc.ts'
import { roleFailure } from './role-failure.ts'
import { quietLogger, type RunnerSource, type SourceOptions } from './runner-source.ts'

/** A token in a file, as EKS provides it to a pod with a service account, and the role it is for. */
export function webIdentity(env: Environment, options: SourceOptions): RunnerSource | undefined {
  const file = env['AWS_WEB_IDENTITY_TOKEN_FILE']
  const arn = env['AWS_ROLE_ARN']
  if (!file && !arn) return undefined
  const name = 'the web identity token in AWS_WEB_IDENTITY_TOKEN_FILE'
  const variable = file ? 'AWS_WEB_IDENTITY_TOKEN_FILE' : 'AWS_ROLE_ARN'
  return {
    name,
    named: { by: `${variable} names`, undo: `unset ${variable}` },
    async get() {
      if (!arn) throw new Failure('AWS_ROLE_ARN is empty, so there is no role to assume with the token')
      if (!file) throw new Failure(`AWS_WEB_IDENTITY_TOKEN_FILE is empty, so there is no token for role ${arn}`)
      const token = readBytes(file).toString().trim()
      if (token === '') throw new Failure(`the file ${file} is empty`)
      const sessionName = env['AWS_ROLE_SESSION_NAME'] || options.sessionName
      try {
        return await options.sts.assumeRoleWithWebIdentity(token, { arn, sessionName, durationSeconds: undefined })
      } catch (error) {
        options.signal.throwIfAborted()
        throw roleFailure(error, {
          ...{ roleArn: arn, region: options.region, source: name },
          ...{ durationSeconds: undefined, externalId: undefined },
          token: { name: `the token in ${file}`, claims: claimsOf(token) },
        })
      }
    },
  }
}

const CONTAINER_VARIABLES = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'] as const

/** The endpoint's own response is attached to the SDK's message. */
const said = (error: unknown): string => {
  const { Code, Message } = (error ?? {}) as { Code?: unknown; Message?: unknown }
  const own = [Code, Message].filter((each) => typeof each === 'string').join(': ')
  return own === '' ? reason(error) : `${reason(error)} (${own})`
}

/** The credentials endpoint that ECS and EKS Pod Identity provide to a container. */
export function containerEndpoint(env: Environment, options: SourceOptions): RunnerSource | undefined {
  const variable = CONTAINER_VARIABLES.find((name) => env[name])
  if (variable === undefined) return undefined
  return {
    name: 'the credentials endpoint of the container',
    named: { by: `${variable} names`, undo: `unset ${variable}` },
    async get(): Promise<Credentials> {
      const { loadContainer } = await loadSdk()
      const { fromHttp } = await loadContainer()
      try {
        return await fromHttp({ logger: quietLogger(options.debug) })()
      } catch (error) {
        throw new Failure(said(error), { cause: error })
      }
    },
  }
}
