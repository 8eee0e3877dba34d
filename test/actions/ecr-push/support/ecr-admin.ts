import type { Call, Fault } from '../../../../packages/ecr-local/src/index.ts'
import type { EcrProcess } from '../../../../packages/stand-ins/src/ecr-process.ts'

/** The admin endpoint of an ecr-local in another process. */
export interface EcrAdmin {
  /** Switches a fault on. */
  addFault(fault: Fault): Promise<void>
  /** What one account has called so far, in the order of arrival. */
  callsOf(account: string): Promise<Call[]>
}

export function ecrAdmin({ endpoint }: Pick<EcrProcess, 'endpoint'>): EcrAdmin {
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(`${endpoint}/_ecr-local/${path}`, body === undefined ? {} : post)
    if (!response.ok) throw new Error(`ecr-local answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
  return {
    async addFault(fault) {
      await ask('faults', fault)
    },
    async callsOf(account) {
      const calls = (await ask('calls')) as Call[]
      return calls.filter((call) => call.account === account)
    },
  }
}
