import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyVariables } from '../../../client/src/proxy.ts';

const settings = {
  proxy: 'http://proxy.example:3128',
  noProxy: ['localhost', '.example'],
  proxySupport: 'override',
};

test('the proxy of VS Code reaches the server as variables', () => {
  assert.deepEqual(proxyVariables(settings, {}), {
    HTTPS_PROXY: 'http://proxy.example:3128',
    HTTP_PROXY: 'http://proxy.example:3128',
    NO_PROXY: 'localhost,.example',
  });
});

test('what the environment says stays, in capitals or not', () => {
  const environment = { https_proxy: 'http://other.example', NO_PROXY: '*' };
  assert.deepEqual(proxyVariables(settings, environment), { HTTP_PROXY: 'http://proxy.example:3128' });
});

test('nothing is set where VS Code has no proxy, or does not give it to extensions', () => {
  assert.deepEqual(proxyVariables({ proxy: ' ', noProxy: [], proxySupport: 'override' }, {}), {});
  assert.deepEqual(proxyVariables({ proxy: null, noProxy: undefined, proxySupport: undefined }, {}), {});
  assert.deepEqual(proxyVariables({ ...settings, proxySupport: 'off' }, {}), {});
});
