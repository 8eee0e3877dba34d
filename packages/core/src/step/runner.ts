import { accessSync, constants } from 'node:fs'
import * as core from '@actions/core'
import { processEnvironment } from '../base/environment.ts'
import { type FileLine, fileReason, isFull } from '../base/failure.ts'
import { logText } from './log-text.ts'
import { notWritable } from './runner-files.ts'

/**
 * The runner's services for an action:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export interface Runner {
  info(line: string): void
  /** Shown only when the job runs with debug logging. */
  debug(line: string): void
  notice(line: string): void
  warning(line: string, at?: FileLine): void
  /** Shows the line as an error and fails the step. */
  fail(line: string, at?: FileLine): void
  startGroup(title: string): void
  endGroup(): void
  /** Writes a workflow command verbatim, for commands that have no other method here. */
  command(line: string): void
  /** From now on, the runner shows `***` instead, in this and all later steps. */
  mask(secret: string): void
  setOutput(name: string, value: string | number | boolean): void
  /** Saved for the post step of this action. Never a secret. */
  saveState(name: string, value: string): void
  /** The value that the main step saved with `saveState`, or an empty string. */
  state(name: string): string
  /** Sets it for this process and all later steps of the job. */
  exportVariable(name: string, value: string): void
  /** Prepends a folder to the PATH of this process and of all later steps. */
  addPath(folder: string): void
  /** Adds Markdown to the job summary. */
  summary(markdown: string): Promise<void>
}

const pinned = (at: FileLine | undefined) => (at === undefined ? {} : { file: logText(at.file), startLine: at.line })

/**
 * Writes to the runner's file that `variable` names.
 *
 * @throws {Failure} if that is impossible; a full disk is thrown unchanged
 */
function written(variable: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    if (isFull(error)) throw error
    throw notWritable(variable, error)
  }
}

/** The real runner, based on `@actions/core`. Text is displayed, and never interpreted as a command. */
export const actionsRunner: Runner = {
  info: (line) => core.info(logText(line)),
  debug: (line) => core.debug(logText(line)),
  notice: (line) => core.notice(logText(line)),
  warning: (line, at) => core.warning(logText(line), pinned(at)),
  fail(line, at) {
    process.exitCode = core.ExitCode.Failure
    core.error(logText(line), pinned(at))
  },
  startGroup: (title) => core.startGroup(logText(title)),
  endGroup: core.endGroup,
  command: core.info,
  mask: core.setSecret,
  setOutput: (name, value) => written('GITHUB_OUTPUT', () => core.setOutput(name, value)),
  saveState: (name, value) => written('GITHUB_STATE', () => core.saveState(name, value)),
  state: core.getState,
  exportVariable: (name, value) => written('GITHUB_ENV', () => core.exportVariable(name, value)),
  addPath: (folder) => written('GITHUB_PATH', () => core.addPath(folder)),
  async summary(markdown) {
    // GitHub Enterprise Server before 3.6 and some other runners do not support summaries; @actions/core throws there.
    const file = processEnvironment()['GITHUB_STEP_SUMMARY']
    if (!file) return
    try {
      accessSync(file, constants.R_OK | constants.W_OK)
      await core.summary.addRaw(markdown, true).write()
    } catch (error) {
      // The summary only reports the work, so a failure to write it is not an error of the step.
      core.summary.emptyBuffer()
      core.warning(logText(`The summary of this step cannot be written: ${fileReason(error)}`))
    }
  },
}
