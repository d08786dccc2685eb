import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { readKubeconfig } from '../../../server/src/io/cluster/kubeconfig.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-kubeconfig-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const config = (user: string, cluster = 'server: https://10.0.0.1:6443'): string => `
apiVersion: v1
kind: Config
current-context: dev
contexts:
- name: dev
  context: {cluster: one, user: me, namespace: shop}
clusters:
- name: one
  cluster: {${cluster}}
users:
- name: me
  user: {${user}}
`;

test('the current context is read with its token, namespace and authority', async () => {
  await file('ca.pem', 'the authority');
  await file('token', 'from a file\n');
  const path = await file(
    'config',
    config('token: "", tokenFile: token', 'server: https://10.0.0.1:6443/k8s, certificate-authority: ca.pem'),
  );
  assert.deepEqual(await readKubeconfig({ env: { KUBECONFIG: path } }), {
    context: 'dev',
    namespace: 'shop',
    server: new URL('https://10.0.0.1:6443/k8s'),
    ca: 'the authority',
    insecure: false,
    serverName: null,
    login: { kind: 'token', token: 'from a file' },
  });
});

test('of several files the first entry of a name counts, and those that are not there are passed over', async () => {
  const first = await file('first', 'current-context: dev\nusers: [{name: me, user: {token: first}}]\n');
  const second = await file('second', config('token: second'));
  const missing = join(folder, 'missing');
  const { login } = await readKubeconfig({ env: { KUBECONFIG: [first, missing, second].join(delimiter) } });
  assert.deepEqual(login, { kind: 'token', token: 'first' });
});

test('certificates go before tokens, and a program is found beside the file that names it', async () => {
  const data = (text: string): string => Buffer.from(text).toString('base64');
  const path = await file(
    'config',
    config(`token: t, client-certificate-data: ${data('c')}, client-key-data: ${data('k')}`),
  );
  assert.deepEqual((await readKubeconfig({ env: {}, file: path })).login, {
    kind: 'certificate',
    certificate: 'c',
    key: 'k',
  });
  const program = await file(
    'config2',
    config('exec: {command: ./login, args: [a], env: [{name: N, value: v}]}'),
  );
  const { login } = await readKubeconfig({ env: {}, file: program });
  assert.equal(login.kind === 'program' && login.command, join(folder, 'login'));
});

test('what cannot be used is said, with what to do', async () => {
  const says = (text: string, pattern: RegExp, context?: string) =>
    file('bad', text).then((path) =>
      assert.rejects(
        readKubeconfig({ env: {}, file: path, ...(context === undefined ? {} : { context }) }),
        pattern,
      ),
    );
  await says('clusters: []\n', /no current context\. Choose one: kubectl config use-context NAME/);
  await says(config('token: t'), /has no context "prod"\. kubectl config get-contexts lists them/, 'prod');
  await says(config('token: t', 'server: nowhere'), /names no cluster with a usable address/);
  await says('a: [', /is no YAML/);
  await assert.rejects(
    readKubeconfig({ env: { HOME: join(folder, 'empty') } }),
    /There is no kubeconfig at .*Set KUBECONFIG, or name one with --kubeconfig/,
  );
});
