import { expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { proxyChoice, proxyVariables } from '../../src/http/proxy.ts'
import { PROXY, PROXY_TABLE } from '../support/proxy-table.ts'

test.each(PROXY_TABLE)('with $env, $url is $way', ({ env, url, way }) => {
  const choice = () => proxyChoice(proxyVariables(env))(new URL(url))
  if (way === 'refused') expect(choice).toThrow(Failure)
  else expect(choice()).toBe(way === 'proxied' ? PROXY : undefined)
})
