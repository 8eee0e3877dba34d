import { parseArgs } from 'node:util'
import type { EcrLocalOptions } from './settings.ts'

export const HELP = `ecr-local: an Amazon ECR in one process

Usage: ecr-local [options]

  --port NUMBER     port to listen on; 0 takes a free one (default 0)
  --host ADDRESS    address to listen on (default 127.0.0.1)
  --data DIR        keep repositories and images in DIR; without it everything
                    lies in a temporary folder that is removed at the end
  --account ID      twelve digits (default 123456789012)
  --region REGION   (default eu-central-1)
  --help

Prints one line of JSON with the endpoint, the registry's address and the
environment that makes AWS clients use this server, then runs until it gets
SIGINT or SIGTERM.
`

/** @returns undefined when help is asked for. @throws Error for an option that does not exist */
export function optionsFrom(argv: readonly string[]): EcrLocalOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      data: { type: 'string' },
      account: { type: 'string' },
      region: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return undefined
  return {
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values.host !== undefined && { host: values.host }),
    ...(values.data !== undefined && { dataDir: values.data }),
    ...(values.account !== undefined && { accountId: values.account }),
    ...(values.region !== undefined && { region: values.region }),
  }
}
