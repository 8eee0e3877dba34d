import type { Agent } from 'node:http'
import { Failure } from '@container-actions/core'
import type { Endpoint } from './endpoint.ts'
import { get, type Pong } from './ping.ts'

/** What a daemon tells about itself. Texts are empty where it does not say. */
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
  /** URLs, each with a slash at its end. */
  readonly registryMirrors: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

async function ask(endpoint: Endpoint, agent: Agent, path: string, signal: AbortSignal): Promise<Fields> {
  const { status, body } = await get(endpoint, agent, path, signal)
  if (status !== 200) {
    throw new Failure(
      `${endpoint.url} answers /_ping but not GET ${path}: ${status} ${body.trim().slice(0, 200)}. A proxy in front of the daemon has to let it through.`,
      { outputs: { ready: false, cause: 'daemon_error' } },
    )
  }
  return fields(JSON.parse(body))
}

/** BuildKit is in every Docker Engine since API 1.39 that runs Linux containers; Podman builds with Buildah. */
function hasBuildkit(engine: Daemon['engine'], apiVersion: string, os: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number)
  return engine === 'docker' && os === 'linux' && (major > 1 || minor >= 39)
}

/** Asks a ready daemon about itself: two calls on the connection that answered the ping. */
export async function readDaemon(endpoint: Endpoint, agent: Agent, pong: Pong, signal: AbortSignal): Promise<Daemon> {
  const version = await ask(endpoint, agent, '/version', signal)
  const info = await ask(endpoint, agent, '/info', signal)
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
    registryMirrors: texts(fields(info['RegistryConfig'])['Mirrors']),
  }
}
