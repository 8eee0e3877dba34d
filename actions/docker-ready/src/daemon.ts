import type { Agent } from 'node:http'
import { type Endpoint, type Environment, type Pong, queryDaemon } from '@container-actions/core'
import type { Mirror } from './buildkitd.ts'

/** What a daemon reports about itself. Missing texts are empty. */
export interface Daemon {
  readonly engine: 'docker' | 'podman'
  readonly serverVersion: string
  readonly apiVersion: string
  readonly minApiVersion: string
  readonly os: string
  readonly arch: string
  readonly storageDriver: string
  readonly cgroupVersion: string
  readonly rootless: boolean
  readonly buildkit: boolean
  readonly mirrors: readonly Mirror[]
  /** Proxies that the daemon uses for pulls, as variables; the daemon does not report their credentials. */
  readonly proxies: Environment
  /** Calls that the daemon, or a proxy in front of it, rejected: `GET /info: 403`. */
  readonly refused: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** Every Docker Engine since API 1.39 that runs Linux containers has BuildKit; Podman builds with Buildah. */
function hasBuildkit(engine: Daemon['engine'], apiVersion: string, os: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number)
  return engine === 'docker' && os === 'linux' && (major > 1 || minor >= 39)
}

function mirrorsOf(registries: Fields): Mirror[] {
  const known = fields(registries['IndexConfigs'])
  return texts(registries['Mirrors'])
    .filter((url) => URL.canParse(url))
    .map((url) => ({ url, insecure: fields(known[new URL(url).host])['Secure'] === false }))
}

const proxiesOf = (info: Fields): Environment => ({
  HTTP_PROXY: text(info['HttpProxy']),
  HTTPS_PROXY: text(info['HttpsProxy']),
  NO_PROXY: text(info['NoProxy']),
})

/** Queries a ready daemon with two calls, on the connection that answered the ping. */
export async function readDaemon(endpoint: Endpoint, agent: Agent, pong: Pong, signal: AbortSignal): Promise<Daemon> {
  const query = (path: string) => queryDaemon(endpoint, agent, path, signal)
  const answers = [await query('/version'), await query('/info')]
  const [version = {}, info = {}] = answers.map((answer) => (answer.kind === 'object' ? answer.fields : {}))
  const engine = pong.podman ? 'podman' : 'docker'
  const os = text(version['Os']) || pong.os
  return {
    engine,
    serverVersion: text(version['Version']),
    apiVersion: text(version['ApiVersion']) || pong.apiVersion,
    minApiVersion: text(version['MinAPIVersion']),
    os,
    arch: text(version['Arch']),
    storageDriver: text(info['Driver']),
    cgroupVersion: text(info['CgroupVersion']),
    rootless: texts(info['SecurityOptions']).some((option) => option.split(',').includes('name=rootless')),
    buildkit: hasBuildkit(engine, pong.apiVersion, os),
    mirrors: mirrorsOf(fields(info['RegistryConfig'])),
    proxies: proxiesOf(info),
    refused: answers.flatMap((answer) => (answer.kind === 'refused' ? answer.line : [])),
  }
}

/** MTU of the daemon's default network; `undefined` if there is no such network. Docker's default is 1500. */
export async function bridgeMtu(endpoint: Endpoint, agent: Agent, signal: AbortSignal): Promise<number | undefined> {
  const network = await queryDaemon(endpoint, agent, '/networks/bridge', signal)
  if (network.kind === 'refused') return undefined
  return Number(text(fields(network.fields['Options'])['com.docker.network.driver.mtu'])) || 1500
}
