import type { ServerResponse } from 'node:http'
import type { SeenRequest } from './http-server.ts'

/** The STS action that a request is for. */
export const stsAction = ({ body }: SeenRequest): string => new URLSearchParams(body).get('Action') ?? ''

const send = (response: ServerResponse, status: number, xml: string): void => {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml)
}

/** Answers GetCallerIdentity for `account`, and AssumeRole with keys numbered by `number`. */
export function answerSts(request: SeenRequest, response: ServerResponse, account: string, number: number): void {
  const action = stsAction(request)
  const credentials = `<Credentials><AccessKeyId>ASIA${number}</AccessKeyId><SecretAccessKey>role-secret-${number}</SecretAccessKey><SessionToken>role-token-${number}</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>`
  const user = `<AssumedRoleUser><Arn>arn:aws:sts::${account}:assumed-role/deploy/session</Arn></AssumedRoleUser>`
  const result =
    action !== 'GetCallerIdentity'
      ? credentials + user
      : `<Account>${account}</Account><Arn>arn:aws:iam::${account}:user/ci</Arn>`
  send(response, 200, `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`)
}
