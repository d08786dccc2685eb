import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Installation, installCommands } from '../../../server/src/core/release/install-commands.ts';
import { newRelease } from '../../../server/src/core/release/new-release.ts';
import { findProgram } from '../../contract/support/peers.ts';
import { folderWith } from '../io/support/temp.ts';

const installation: Installation = {
  app: 'acme',
  channel: 'unstable',
  charts: ['web', 'db'],
  embeddedCluster: true,
  kots: true,
  licence: 'acme-big-bank.yaml',
  email: 'ops@bigbank.example',
  registryDomain: 'registry.acme.example',
  airgap: false,
};
const of = (installer: string, more: Partial<Installation> = {}) =>
  installCommands({ ...installation, ...more }).find((one) => one.installer === installer);

describe('how a customer installs and upgrades', () => {
  test('with the app manager, in a cluster', () => {
    assert.deepEqual(of('kots')?.install, [
      'curl https://kots.io/install | bash',
      'kubectl kots install acme/unstable --namespace acme --license-file acme-big-bank.yaml',
    ]);
    assert.equal(of('kots')?.upgrade.at(-1), 'kubectl kots upstream upgrade acme --namespace acme --deploy');
    assert.match(of('kots', { channel: 'stable' })?.install[1] ?? '', /install acme --namespace/);
    assert.match(
      of('kots', { airgap: true })?.install[1] ?? '',
      /--airgap-bundle acme\.airgap --kotsadm-registry/,
    );
  });
  test('with Embedded Cluster, on a machine', () => {
    assert.deepEqual(of('embedded-cluster')?.install.slice(1), [
      'curl -f "https://replicated.app/embedded/acme/unstable" -H "Authorization: $LICENSE_ID" -o acme-unstable.tgz',
      'tar -xvzf acme-unstable.tgz',
      'sudo ./acme install --license acme-big-bank.yaml',
    ]);
  });
  test('with Helm, each chart from the vendor’s own registry domain', () => {
    assert.deepEqual(of('helm')?.install.slice(1), [
      'echo "$LICENSE_ID" | helm registry login registry.acme.example --username ops@bigbank.example --password-stdin',
      'helm install web oci://registry.acme.example/acme/unstable/web',
      'helm install db oci://registry.acme.example/acme/unstable/db',
    ]);
  });
  test('only what the release supports', () => {
    const none = { charts: [], embeddedCluster: false };
    assert.deepEqual(
      installCommands({ ...installation, ...none }).map(({ installer }) => installer),
      ['kots'],
    );
  });
});

const noShell = ['sh', 'sed'].every((name) => findProgram(name) !== null)
  ? false
  : 'sh and sed are not installed';

test('the licence id is read from the file that the portal gives, whatever it is called', {
  skip: noShell,
}, () => {
  const name = "a b'c.yaml";
  for (const written of ['  licenseID: 2abcDEF', '  licenseID: "2abcDEF"']) {
    const folder = folderWith({ [name]: `spec:\n  appSlug: acme\n${written}\n  licenseSequence: 1\n` });
    const [line] = of('helm', { licence: name })?.install ?? [];
    const told = execFileSync('sh', ['-c', `${line}; echo "$LICENSE_ID"`], {
      cwd: join(folder),
      encoding: 'utf8',
    });
    assert.equal(told, '2abcDEF\n');
  }
});

test('a new release has the files of the guide, and the guide’s image', () => {
  const files = newRelease('mysampleecrapp');
  assert.deepEqual([...files.keys()].sort(), [
    '.waybill.yaml',
    'config-map.yaml',
    'config.yaml',
    'deployment.yaml',
    'ingress.yaml',
    'preflight.yaml',
    'replicated-app.yaml',
    'service.yaml',
    'support-bundle.yaml',
  ]);
  assert.match(files.get('deployment.yaml') ?? '', /name: example-nginx[\s\S]*image: nginx\n/);
  assert.match(files.get('.waybill.yaml') ?? '', /^app: mysampleecrapp$/m);
});
