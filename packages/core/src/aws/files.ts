import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, homeFolder } from '../base/environment.ts'
import { fileReason } from '../base/failure.ts'
import { NoFile, readText } from '../base/text-file.ts'

/** The settings of one profile: `region`, `role_arn`. */
export type ProfileSettings = Readonly<Record<string, string>>

/** AWS's two files, the configuration and the credentials: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
export interface AwsFiles {
  /** The settings of a profile in both files; `undefined` if neither has a section for it. */
  profile(name: string): ProfileSettings | undefined
  /** The settings of `[sso-session NAME]`. */
  ssoSession(name: string): ProfileSettings | undefined
  readonly paths: readonly string[]
  /** Why a file that exists, or that a variable names, could not be read. */
  readonly problems: readonly string[]
  /** Problems for which the SDK would wait forever. */
  readonly endless: readonly string[]
}

/** The profile that is used if the environment names none. */
export const DEFAULT_PROFILE = 'default'

/** The variables that name a profile; the second one belongs to the AWS CLI. */
export const PROFILE_VARIABLES = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'] as const

/** The profile that a step uses. */
export const profileName = (env: Environment): string =>
  PROFILE_VARIABLES.map((name) => env[name]).find(Boolean) ?? DEFAULT_PROFILE

type Sections = Readonly<Record<string, Record<string, string>>>

/** Parses sections and settings by the SDK's rules; nested, indented settings are skipped. */
export function parseSections(text: string): Sections {
  const sections: Record<string, Record<string, string>> = Object.create(null)
  let current: Record<string, string> | undefined
  let isNested = false
  for (const whole of text.split(/\r?\n/)) {
    const line = (whole.split(/(?:^|\s)[;#]/)[0] ?? '').trim()
    const [, header] = /^\[(.*)\]$/.exec(line) ?? []
    if (header !== undefined) {
      const name = header.trim().replace(/\s+/g, ' ').replaceAll(/["']/g, '')
      sections[name] ??= {}
      current = sections[name]
      isNested = false
      continue
    }
    const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? []
    if (current === undefined || key === undefined || value === undefined) continue
    if (/^\S/.test(whole)) isNested = false
    if (isNested) continue
    current[key.trim()] = value.trim()
    // Indented lines below an empty setting belong to it.
    isNested = value.trim() === ''
  }
  return sections
}

interface Read {
  readonly path: string
  readonly sections: Sections
  readonly problem: string | undefined
  readonly isEndless?: boolean
}

const isThere = (path: string): boolean => {
  try {
    return !statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** A file at its default path may be missing; a folder that this user cannot access counts as one without the file. */
function readFile(path: string, variable: string | undefined): Read {
  try {
    return { path, sections: parseSections(readText(path)), problem: undefined }
  } catch (error) {
    const matters = variable !== undefined || isThere(path)
    const where = variable === undefined ? path : `${path}, which ${variable} names,`
    const problem = matters ? `${where} cannot be read (${fileReason(error).replace(/\.$/, '')})` : undefined
    return { path, sections: {}, problem, isEndless: error instanceof NoFile }
  }
}

/** Reads both files, from the paths in the variables or otherwise from the home folder. */
export function readAwsFiles(env: Environment): AwsFiles {
  const open = (variable: string, name: string) => {
    const given = env[variable]
    const path = given?.replace(/^~(?=\/)/, () => homeFolder(env)) || join(homeFolder(env), '.aws', name)
    return readFile(path, given ? variable : undefined)
  }
  const config = open('AWS_CONFIG_FILE', 'config')
  const credentials = open('AWS_SHARED_CREDENTIALS_FILE', 'credentials')
  return {
    paths: [config.path, credentials.path],
    problems: [config, credentials].flatMap(({ problem }) => problem ?? []),
    endless: [config, credentials].flatMap(({ problem, isEndless }) => (isEndless ? (problem ?? []) : [])),
    ssoSession: (name) => config.sections[`sso-session ${name}`],
    profile(name) {
      const own = name === DEFAULT_PROFILE ? config.sections[name] : undefined
      const found = [own, config.sections[`profile ${name}`], credentials.sections[name]]
      return found.some(Boolean) ? Object.assign({}, ...found) : undefined
    },
  }
}
