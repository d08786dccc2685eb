import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialSettings, readOptions, withSection } from '../../../server/src/lsp/options.ts';

test('without options: trusted, online, half a second at most to rest, nothing that needs the client', () => {
  const options = readOptions(undefined, {});
  assert.deepEqual(
    { ...options, restMs: 0 },
    {
      app: null,
      confirm: false,
      credentialProcess: false,
      status: false,
      linkCommand: null,
      cacheFolder: null,
      scenarios: {},
      restMs: 0,
    },
  );
  assert.ok(options.restMs > 0 && options.restMs <= 500);
  assert.deepEqual(initialSettings(null), {
    enable: true,
    trusted: true,
    network: true,
    inlayHints: false,
    awsProfiles: {},
  });
});

test('only a plain false takes trust away, and no setting gives it back', () => {
  assert.equal(initialSettings({ trusted: false }).trusted, false);
  assert.equal(initialSettings({ trusted: 'no' }).trusted, true);
  assert.equal(withSection(initialSettings({ trusted: false }), { trusted: true }).trusted, false);
});

test('the network is said to be off in words or as false', () => {
  const settings = initialSettings({});
  assert.equal(withSection(settings, { network: 'off' }).network, false);
  assert.equal(withSection(settings, { network: false }).network, false);
  assert.equal(withSection(withSection(settings, { network: 'off' }), { network: 'on' }).network, true);
  assert.equal(withSection(withSection(settings, { network: 'off' }), {}).network, false);
});

test('inlay hints are switched like the network', () => {
  const settings = withSection(initialSettings({}), { inlayHints: 'on' });
  assert.equal(settings.inlayHints, true);
  assert.equal(withSection(settings, { inlayHints: false }).inlayHints, false);
  assert.equal(withSection(settings, { inlayHints: 'perhaps' }).inlayHints, true);
});

test('what has a wrong type is left alone', () => {
  const settings = initialSettings({ awsProfiles: { '1': 'dev', '2': 3 }, enable: 'yes' });
  assert.deepEqual(settings.awsProfiles, { '1': 'dev' });
  assert.equal(settings.enable, true);
  for (const odd of [null, 3, 'x', [], { awsProfiles: ['x'], network: 0 }])
    assert.deepEqual(withSection(settings, odd), settings);
});

test('how long a document rests is said by the client, else by the environment', () => {
  assert.equal(readOptions({ restMs: 0 }, { WAYBILL_REST_MS: '7' }).restMs, 0);
  assert.equal(readOptions({}, { WAYBILL_REST_MS: '7' }).restMs, 7);
  assert.equal(readOptions({ restMs: -1 }, {}).restMs, readOptions({}, { WAYBILL_REST_MS: 'x' }).restMs);
});
