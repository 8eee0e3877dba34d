#!/usr/bin/env node
import { optionsFrom } from './command-line.ts'
import { HELP } from './help.ts'
import { isLoopback } from './request-origin.ts'
import { type EcrLocal, startEcrLocal } from './start.ts'

try {
  const options = optionsFrom(process.argv.slice(2))
  if (options) {
    warnOf(options.host)
    run(await startEcrLocal(options))
  } else process.stdout.write(HELP)
} catch (error) {
  process.stderr.write(`ecr-local: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function warnOf(host = '127.0.0.1') {
  if (isLoopback(host)) return
  process.stderr.write(
    `ecr-local: it listens on ${host}: anyone who can reach this address can read and change everything, because its keys are not secret.\n`,
  )
}

function run(server: EcrLocal) {
  const { endpoint, registry, account, region, environment } = server
  const stop = () => void server.close()
  // Register before printing the line, because its reader may stop us immediately.
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  process.stdout.write(`${JSON.stringify({ endpoint, registry, account, region, environment })}\n`)
}
