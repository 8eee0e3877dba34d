import type { Environment } from '../../src/base/environment.ts'

/** Stands in the variables of a row for the URL of the proxy. */
export const PROXY = 'http://proxy.test:3128'

/** Where one request goes. */
export interface ProxyRow {
  readonly env: Environment
  readonly url: string
  readonly way: Way
  /** The way that curl 7.88 takes, where it differs: https://curl.se/docs/manpage.html#--noproxy */
  readonly curl?: Way
}

export type Way = 'proxied' | 'direct' | 'refused'

const ECR = 'https://api.ecr.eu-central-1.amazonaws.com'
const BOTH = { HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY }

/** NO_PROXY, URL, way; where curl takes another one, that as well. */
const LISTS: readonly (readonly [list: string, url: string, way: Way, curl?: Way])[] = [
  ['', ECR, 'proxied'],
  ['amazonaws.com', ECR, 'direct'],
  ['eu-central-1.amazonaws.com', ECR, 'direct'],
  ['api.ecr.eu-central-1.amazonaws.com', ECR, 'direct'],
  ['us-east-1.amazonaws.com', ECR, 'proxied'],
  ['azonaws.com', ECR, 'proxied'],
  ['amazonaws', ECR, 'proxied'],
  ['amazonaws.com.', ECR, 'proxied', 'direct'],
  ['.amazonaws.com', ECR, 'direct'],
  ['.amazonaws.com', 'https://amazonaws.com', 'proxied', 'direct'],
  ['*.amazonaws.com', ECR, 'direct', 'proxied'],
  ['*.amazonaws.com', 'https://amazonaws.com', 'proxied'],
  ['api.*.amazonaws.com', ECR, 'proxied'],
  ['*', ECR, 'direct'],
  ['*', 'http://10.1.2.3', 'direct'],
  ['a.example,*', ECR, 'direct', 'proxied'],
  [' amazonaws.com ', ECR, 'direct'],
  ['a.example , amazonaws.com', ECR, 'direct'],
  ['a.example,\tamazonaws.com', ECR, 'direct'],
  [',,amazonaws.com,', ECR, 'direct'],
  ['AmazonAWS.com', ECR, 'direct'],
  ['amazonaws.com', ECR.toUpperCase().replace('HTTPS', 'https'), 'direct'],
  ['amazonaws.com:443', ECR, 'direct', 'proxied'],
  ['amazonaws.com:444', ECR, 'proxied'],
  ['amazonaws.com:443', ECR.replace('https', 'http'), 'proxied'],
  ['amazonaws.com:', ECR, 'direct', 'proxied'],
  ['.amazonaws.com:443', ECR, 'direct', 'proxied'],
  ['*.amazonaws.com:443', ECR, 'direct', 'proxied'],
  ['registry.test:5000', 'http://registry.test:5000/v2/', 'direct', 'proxied'],
  ['registry.test:5000', 'http://registry.test/v2/', 'proxied'],
  [':443', ECR, 'proxied'],
  ['[amazonaws.com', ECR, 'proxied'],
  ['10.0.0.0/8', 'http://10.1.2.3', 'direct'],
  ['10.0.0.0/8', 'http://11.1.2.3', 'proxied'],
  ['10.9.9.9/8', 'https://10.1.2.3', 'direct'],
  ['10.1.2.0/23', 'http://10.1.3.4:8080', 'direct'],
  ['10.0.0.0/8', ECR, 'proxied'],
  ['0.0.0.0/0', ECR, 'proxied'],
  ['10.0.0.0/33', 'http://10.1.2.3', 'proxied'],
  ['10.1.2.3', 'http://10.1.2.3', 'direct'],
  ['10.1.2.3', 'http://10.1.2.33', 'proxied'],
  ['10', 'http://10.1.2.3', 'proxied'],
  ['10.1.2.3:8080', 'http://10.1.2.3:8080', 'direct', 'proxied'],
  ['10.1.2.3:8080', 'http://10.1.2.3', 'proxied'],
  ['fd00::1', 'http://[fd00::1]', 'direct'],
  ['fd00:0:0:0::1', 'http://[fd00::1]', 'direct', 'proxied'],
  ['[fd00::1]', 'http://[fd00::1]', 'proxied'],
  ['[fd00::1]:80', 'http://[fd00::1]', 'direct', 'proxied'],
  ['[fd00::1]:81', 'http://[fd00::1]', 'proxied'],
  ['fd00::/8', 'https://[fd12::1]', 'direct', 'proxied'],
  ['fd00::/8', 'https://[fe12::1]', 'proxied'],
  ['10.0.0.0/8', 'http://[::ffff:10.1.2.3]', 'direct', 'proxied'],
  ['::ffff:10.0.0.0/104', 'http://10.1.2.3', 'direct', 'proxied'],
  ['bücher.test', 'http://xn--bcher-kva.test', 'direct', 'proxied'],
  ['', 'http://localhost', 'direct', 'proxied'],
  ['', 'http://localhost:4566', 'direct', 'proxied'],
  ['', 'http://127.0.0.1', 'direct', 'proxied'],
  ['', 'https://127.8.8.8', 'direct', 'proxied'],
  ['', 'http://[::1]', 'direct', 'proxied'],
  ['', 'http://app.localhost', 'proxied'],
]

/** Which variables count. */
const VARIABLES: readonly ProxyRow[] = [
  { env: { HTTP_PROXY: PROXY }, url: ECR, way: 'direct' },
  { env: { HTTPS_PROXY: PROXY }, url: 'http://a.test', way: 'direct' },
  { env: { ALL_PROXY: PROXY, all_proxy: PROXY }, url: ECR, way: 'direct', curl: 'proxied' },
  { env: { http_proxy: PROXY }, url: 'http://a.test', way: 'proxied' },
  { env: { https_proxy: PROXY }, url: ECR, way: 'proxied' },
  { env: { https_proxy: PROXY, no_proxy: 'amazonaws.com' }, url: ECR, way: 'direct' },
  { env: { HTTPS_PROXY: '', https_proxy: PROXY, NO_PROXY: '', no_proxy: 'amazonaws.com' }, url: ECR, way: 'direct' },
  {
    env: { HTTPS_PROXY: PROXY, NO_PROXY: 'a.test', no_proxy: 'amazonaws.com' },
    ...{ url: ECR, way: 'proxied', curl: 'direct' },
  },
  { env: { HTTPS_PROXY: PROXY.replace('http://', '') }, url: ECR, way: 'proxied' },
  { env: { HTTP_PROXY: PROXY }, url: 'http://a.test', way: 'proxied', curl: 'direct' },
  { env: { ...BOTH, REQUEST_METHOD: 'GET' }, url: 'http://a.test', way: 'refused', curl: 'direct' },
  { env: { ...BOTH, REQUEST_METHOD: 'GET' }, url: ECR, way: 'proxied' },
]

/** With the ways that Go's `net/http.ProxyFromEnvironment` takes. */
export const PROXY_TABLE: readonly ProxyRow[] = [
  ...LISTS.map(([NO_PROXY, url, way, curl]) => ({
    env: { ...BOTH, NO_PROXY },
    ...{ url, way },
    ...(curl === undefined ? {} : { curl }),
  })),
  ...VARIABLES,
]
