import { githubToken } from '../../support/aws-places.ts'
import { type BrokenSource, broken, ROLE, type Surroundings, type Values } from './broken-source.ts'

/** What a pod or a container gets from its surroundings. */
export function brokenPods({ places }: Surroundings): BrokenSource[] {
  const token = 'the web identity token in AWS_WEB_IDENTITY_TOKEN_FILE'
  const pod = (file: string) => ({ AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: ROLE })
  const container = (url: string, more: Values = {}) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url, ...more })
  const web: readonly [name: string, env: Values, said: string, files?: Values][] = [
    ['without a role', { AWS_WEB_IDENTITY_TOKEN_FILE: '/etc/hostname' }, 'AWS_ROLE_ARN is empty'],
    ['without a token', { AWS_ROLE_ARN: ROLE }, 'AWS_WEB_IDENTITY_TOKEN_FILE is empty'],
    ['whose file is missing', pod('/nonexistent/token'), 'ENOENT: no such file or directory'],
    ['whose file cannot be read', pod('/'), 'EISDIR: illegal operation'],
    ['whose file is empty', pod('/dev/null'), 'the file /dev/null is empty'],
    ['that is none', pod('/etc/hostname'), 'AWS does not take the token in /etc/hostname for role'],
    ['that has expired', pod('HOME/token'), '.*Token expired', { token: githubToken({ exp: 1 }) }],
    [
      'for another audience',
      pod('HOME/token'),
      'AWS does not take .* Incorrect token audience',
      { token: githubToken({ aud: 'x' }) },
    ],
    [
      ...(['of which STS says nothing', { ...pod('HOME/token'), AWS_ENDPOINT_URL_STS: places.silent.url }] as const),
      ...(['nothing came within 20 s', { token: githubToken() }] as const),
    ],
  ]
  const endpoint: readonly [name: string, env: Values, said: string][] = [
    [
      'that refuses',
      container(places.denying.url),
      'Server responded with status: 403 \\(AccessDenied: No association',
    ],
    ['that is not there', container('http://127.0.0.1:1'), '.*ECONNREFUSED'],
    ['that hangs', container(places.silent.url), 'nothing came within 20 s'],
    ['that gives half', container(places.half.url), 'HTTP credential provider response not of the required format'],
    [
      'whose token cannot be read',
      container(places.half.url, { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/' }),
      'EISDIR: illegal operation on a directory',
    ],
    ['that is a page', container(places.page.url), '.*JSON'],
    ['on another machine', container('http://192.0.2.1/'), 'URL not accepted'],
    ['that is no URL', container('not a URL'), 'Invalid URL'],
    [
      ...([
        'whose token is missing',
        container(places.half.url, { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/nonexistent/t' }),
      ] as const),
      'ENOENT: no such file or directory',
    ],
  ]
  const forRole = { assume_role: ROLE }
  return [
    {
      name: 'the endpoint of a container that gives keys which have expired',
      env: container(places.stale.url),
      line: /^The AWS session from the credentials endpoint of the container has expired\. Get new credentials/,
    },
    {
      ...{ name: 'the endpoint of a container that refuses, for a role', inputs: forRole },
      ...{
        env: container(places.denying.url),
        line: broken('the credentials endpoint of the container', 'Server responded with status: 403 \\(AccessDenied'),
      },
    },
    {
      ...{ name: 'a web identity whose file is missing, for a role', inputs: forRole },
      ...{ env: pod('/nonexistent/token'), line: broken(token, 'ENOENT: no such file or directory') },
    },
    ...web.map(([name, env, said, files = {}]) => ({
      name: `a web identity ${name}`,
      env,
      files,
      line: broken(token, said),
    })),
    ...endpoint.map(([name, env, said]) => ({
      ...{ name: `the endpoint of a container ${name}`, env },
      line: broken('the credentials endpoint of the container', said),
    })),
  ]
}

/** Tokens of GitHub. */
export function brokenTokens({ places }: Surroundings): BrokenSource[] {
  const request = (url: string) => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a-request-token',
  })
  const inputs = { assume_role: ROLE, role_source: 'oidc' }
  return [
    {
      name: "GitHub's token, without the permission",
      inputs,
      line: /^Input 'role_source' is oidc, but the job may not request/,
    },
    {
      name: "GitHub's token, refused",
      inputs,
      env: request(places.denying.url),
      line: /^GitHub gave no OIDC token: its endpoint answered 403/,
    },
    {
      name: "GitHub's token, from an endpoint that says nothing",
      inputs,
      env: request(places.silent.url),
      line: /^GitHub's endpoint for OIDC tokens cannot be reached at .*: no complete answer within 30 s\. Check the network/,
    },
    {
      name: "GitHub's token, without half of what asks for it",
      inputs,
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: places.half.url },
      line: /^Input 'role_source' is oidc, but the job may not request/,
    },
    {
      name: "GitHub's token, without a value",
      inputs,
      env: request(places.half.url),
      line: /^GitHub gave no OIDC token: what answered at/,
    },
    {
      name: "GitHub's token, from something else",
      inputs,
      env: request(places.page.url),
      line: /^GitHub gave no OIDC token: what answered at/,
    },
    {
      name: "GitHub's token, for no role",
      inputs: { role_source: 'oidc' },
      line: /^Input 'role_source' is oidc, but there is no role/,
    },
  ]
}
