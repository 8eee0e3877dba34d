import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { type Folders, writeFiles } from '../../../packages/runner-harness/src/folders.ts'
import type { SceneName } from './step-places.ts'

/** What the machine of the tests has for a scene. */
export interface Machine {
  readonly socket: string
  /** Variables of the client. */
  readonly engine: Readonly<Record<string, string>>
  /** The client's plugins. */
  readonly plugins: string
  readonly ecr: Readonly<Record<string, string>>
  /** The files of DOCKER_CERT_PATH, below the home. */
  readonly tls: Readonly<Record<string, string>>
  /** How long a step may take, in ms. */
  readonly timeout: number
}

type Values = Readonly<Record<string, string>>

/** A step that has all files that it may have. */
export interface Scene {
  readonly action: string
  /** `repo` belongs to this run alone: others would move its tags. */
  readonly given: (folders: Folders, repo: string) => Readonly<Record<string, string | boolean>>
  readonly env?: (folders: Folders, machine: Machine) => Values
  /** Below the home, the workspace and RUNNER_TOOL_CACHE. */
  readonly files?: (machine: Machine) => {
    readonly home?: Values
    readonly workspace?: Values
    readonly tools?: Values
  }
  /** Whether the client has its plugins in the home. */
  readonly hasPlugins?: true
}

const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }] }
const LIFECYCLE = {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 9 },
      action: { type: 'expire' },
    },
  ],
}
const CONTEXT = createHash('sha256').update('mine').digest('hex')
/** How far the lock of a job that was killed lies back, in s. */
const LONG_AGO = 3600

/** AWS's two files; no variable has keys. */
const aws = ({ ecr }: Machine): Values => ({
  '.aws/config': `[default]\nregion = ${ecr['AWS_REGION']}\n`,
  '.aws/credentials': `[default]\naws_access_key_id = ${ecr['AWS_ACCESS_KEY_ID']}\naws_secret_access_key = ${ecr['AWS_SECRET_ACCESS_KEY']}\n`,
})
const NO_KEYS = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_REGION: '' }
const AUTHS = JSON.stringify({ auths: { 'ghcr.io': { auth: 'eDp5' } } })

export const SCENES: Readonly<Record<SceneName, Scene>> = {
  branch: { action: 'branch-name', given: () => ({}) },
  ready: {
    action: 'docker-ready',
    given: () => ({ timeout: '1500ms' }),
    env: ({ home }) => ({ DOCKER_HOST: `unix://${home}/docker.sock`, SOCKET: join(home, 'docker.sock') }),
  },
  context: {
    action: 'docker-ready',
    given: () => ({ timeout: '1500ms' }),
    env: () => ({ DOCKER_HOST: '', DOCKER_CONFIG: '' }),
    files: ({ socket }) => ({
      home: {
        '.docker/config.json': JSON.stringify({ currentContext: 'mine' }),
        [`.docker/contexts/meta/${CONTEXT}/meta.json`]: JSON.stringify({
          ...{ Name: 'mine', Endpoints: { docker: { Host: `unix://${socket}` } } },
        }),
      },
    }),
  },
  tls: {
    action: 'docker-ready',
    given: () => ({ timeout: '1500ms', host: 'tcp://127.0.0.1:9' }),
    env: ({ home }) => ({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'tls') }),
    files: ({ tls }) => ({ home: tls }),
  },
  login: {
    action: 'ecr-login',
    given: () => ({}),
    env: () => ({ ...NO_KEYS, DOCKER_CONFIG: '' }),
    files: (machine) => ({
      home: { ...aws(machine), '.docker/config.json': AUTHS, '.docker/contexts/meta/x/meta.json': '{}' },
    }),
  },
  shared: {
    action: 'ecr-login',
    given: () => ({ docker_config: 'shared' }),
    env: () => ({ DOCKER_CONFIG: '' }),
    files: () => ({ home: { '.docker/config.json': AUTHS, '.docker/config.json.ecr-login-lock': 'x' } }),
  },
  repository: {
    action: 'ecr-repository',
    given: (_, repo) => ({ repo, lifecycle_policy: 'lifecycle.json', repository_policy: 'policy.json' }),
    files: () => ({
      workspace: { 'lifecycle.json': JSON.stringify(LIFECYCLE), 'policy.json': JSON.stringify(POLICY) },
    }),
  },
  push: {
    action: 'ecr-push',
    hasPlugins: true,
    given: (_, repo) => ({
      ...{ repo, create_repo: true, tags: '1', set_repo_policy: true, repo_policy_file: 'policy.json' },
      ...{ secret_files: 'id=key', build_contexts: 'more=more' },
    }),
    env: () => ({ DOCKER_CONFIG: '' }),
    files: () => ({
      home: { '.docker/config.json': AUTHS, '.docker/buildx/instances/none': '' },
      workspace: {
        Dockerfile: 'FROM scratch\nCOPY app /app\nCOPY --from=more file /more\n',
        ...{ app: 'an app', '.dockerignore': 'key\n', 'more/file': 'more', key: 'a key' },
        'policy.json': JSON.stringify(POLICY),
      },
    }),
  },
  // What such a script does is only known when it has run, which takes the repository.
  script: {
    action: 'ecr-push',
    given: (_, repo) => ({ repo, create_repo: true, tags: '1', prebuild_script: './prepare.sh' }),
    env: () => ({ DOCKER_CONFIG: '' }),
    hasPlugins: true,
    files: () => ({
      workspace: {
        ...{ Dockerfile: 'FROM scratch\nCOPY app /\n', 'Dockerfile.dockerignore': 'key\n' },
        ...{ app: 'an app', 'prepare.sh': '#!/bin/sh\n' },
      },
      home: { '.docker/config.json': '{}' },
    }),
  },
  image: {
    action: 'runner-version',
    given: ({ workspace }) => ({ installed: join(workspace, 'Dockerfile') }),
    files: () => ({ workspace: { Dockerfile: 'ARG RUNNER_VERSION=2.335.1\n' } }),
  },
  version: {
    action: 'runner-version',
    given: ({ workspace }) => ({ installed: join(workspace, 'runner') }),
    files: () => ({
      workspace: { 'runner/bin/Runner.Listener.deps.json': '{"Runner.Listener/2.335.1":{}}' },
      tools: { 'runner-version/releases.json': '{}' },
    }),
  },
}

/** Puts the files of a scene into the folders of a job, as its user would have them. */
export function fillScene({ files, hasPlugins }: Scene, folders: Folders, machine: Machine): void {
  const { home = {}, workspace = {}, tools = {} } = files?.(machine) ?? {}
  // The runner makes it for the first docker action.
  mkdirSync(join(folders.temp, '_github_home'))
  writeFiles(folders.home, home)
  writeFiles(folders.workspace, workspace)
  writeFiles(folders.tools, tools)
  if ('prepare.sh' in workspace) chmodSync(join(folders.workspace, 'prepare.sh'), 0o755)
  if (hasPlugins) {
    mkdirSync(join(folders.home, '.docker/cli-plugins'))
    symlinkSync(join(machine.plugins, 'docker-buildx'), join(folders.home, '.docker/cli-plugins/docker-buildx'))
  }
  const lock = join(folders.home, '.docker/config.json.ecr-login-lock')
  const killed = Date.now() / 1000 - LONG_AGO
  if ('.docker/config.json.ecr-login-lock' in home) utimesSync(lock, killed, killed)
}
