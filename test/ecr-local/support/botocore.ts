import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { EcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { MOTO } from './moto.ts'

/** Calls come as lines of JSON, answers go as lines of JSON. */
const PROGRAM = `
import json, sys
import botocore.exceptions, botocore.session
service, endpoint, region = sys.argv[1:]
client = botocore.session.get_session().create_client(service, endpoint_url=endpoint, region_name=region)
for line in sys.stdin:
    operation, parameters = json.loads(line)
    try:
        answer = client._make_api_call(operation, parameters)
        answer.pop('ResponseMetadata')
    except botocore.exceptions.ClientError as error:
        answer = {'error': error.response['Error']}
    print(json.dumps(answer, default=lambda value: value.isoformat()), flush=True)
`

/** AWS's client for Python, which is the AWS CLI's too, in one process for many calls; moto's server brings it. */
export interface Botocore extends AsyncDisposable {
  /** The answer; of one that is refused `{error: {Code, Message}}`. */
  call<T = object>(operation: string, parameters?: object): Promise<T>
}

export function startBotocore(ecr: EcrLocal, service: string, region: string): Botocore {
  const args = ['-c', PROGRAM, service, ecr.endpoint, region]
  const env = { ...process.env, ...ecr.environment, AWS_CONFIG_FILE: '/dev/null', AWS_MAX_ATTEMPTS: '1' }
  const child = spawn(join(dirname(MOTO), 'python'), args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async call<T>(operation: string, parameters: object = {}) {
      child.stdin.write(`${JSON.stringify([operation, parameters])}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`botocore ended at ${operation}`)
      return JSON.parse(value) as T
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
