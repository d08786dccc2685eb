import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hover } from 'vscode-languageserver-protocol/node';
import { type Client, withClient } from './client.ts';
import { imageColumn, imageLine, pod, registry, release, type TestFolder, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };
const image = `${registry}/demo-apps/api:1.4.0`;
const proxied = `proxy.replicated.com/proxy/mysampleecrapp/${image}`;
const capabilities = { workspace: { textDocumentContent: {} } };

interface Listed {
  readonly uri: string;
  readonly name: string;
  readonly scenario: string;
  readonly files: readonly { readonly path: string; readonly uri: string; readonly source: string | null }[];
  readonly problems: readonly {
    readonly path: string;
    readonly message: string;
    readonly effect: string;
    readonly source: string | null;
  }[];
  readonly unknown: readonly string[];
}

const command = <R>(client: Client, name: string, ...args: unknown[]) =>
  client.request<R>('workspace/executeCommand', { command: name, arguments: args });
const list = (client: Client) => command<Listed[]>(client, 'waybill.layers');
const uriIn = (listed: Listed | undefined, path: string): string => {
  const found = listed?.files.find((file) => file.path === path);
  assert.ok(found, `${path} is not among ${listed?.files.map((file) => file.path).join(', ')}`);
  return found.uri;
};
const content = (client: Client, uri: string) =>
  client.request<{ text: string }>('workspace/textDocumentContent', { uri });
const count = (client: Client, method: string): number =>
  client.heard.filter((heard) => heard.method === method).length;
const refreshed = (client: Client): string[] =>
  client.heard
    .filter(({ method }) => method === 'workspace/textDocumentContent/refresh')
    .map(({ params }) => (params as { uri: string }).uri);
const choose = (client: Client, folder: TestFolder, scenario: object | null) =>
  client.notify('waybill/didChooseScenario', { folder: folder.uri, scenario });

const rendered = (name: string): string => `apiVersion: v1
kind: Pod
metadata:
  annotations:
    kots.io/app-slug: mysampleecrapp
  labels:
    kots.io/app-slug: mysampleecrapp
    kots.io/backup: velero
  name: web
spec:
  containers:
  - image: ${name}
    name: c0
  imagePullSecrets:
  - name: mysampleecrapp-registry
`;

test('the layers of a release are listed, and each is a text', limit, async () => {
  await withFolder({ ...release, 'pod.yaml': pod(image) }, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const [listed, ...others] = await list(client);
      assert.deepEqual(others, []);
      assert.equal(listed?.uri, folder.uri);
      assert.equal(listed?.scenario, 'KOTS · online');
      assert.deepEqual(
        listed?.files.map(({ path, source }) => [path, source]),
        [
          ['upstream/application.yaml', folder.uriOf('application.yaml')],
          ['upstream/pod.yaml', folder.uriOf('pod.yaml')],
          ['upstream/userdata/installation.yaml', null],
          ['base/pod.yaml', folder.uriOf('pod.yaml')],
          ['base/kustomization.yaml', null],
          ['overlays/midstream/kustomization.yaml', null],
          ['overlays/midstream/pullsecrets.yaml', null],
          ['overlays/midstream/secret.yaml', null],
          ['overlays/midstream/backup-label-transformer.yaml', null],
          ['overlays/downstreams/this-cluster/kustomization.yaml', null],
          ['rendered/this-cluster/kotsadm-replicated-registry-secret.yaml', null],
          ['rendered/this-cluster/mysampleecrapp-registry-secret.yaml', null],
          ['rendered/this-cluster/web-pod.yaml', folder.uriOf('pod.yaml')],
          ['kotsKinds/application.yaml', folder.uriOf('application.yaml')],
          ['kotsKinds/userdata/installation.yaml', null],
        ],
      );
      const uri = uriIn(listed, 'rendered/this-cluster/web-pod.yaml');
      assert.equal((await content(client, uri)).text, rendered(proxied));
      assert.equal(await command(client, 'waybill.layerText', uri), rendered(proxied));
      assert.equal((await content(client, uriIn(listed, 'base/pod.yaml'))).text, pod(image));
      // VS Code writes the colon and the slashes of a query in its own way.
      const [path, query] = uri.split('?');
      const decoded = `${path}?${decodeURIComponent(query ?? '')}`;
      assert.equal((await content(client, decoded)).text, rendered(proxied));

      const gone = uri.replace('web-pod', 'gone');
      assert.equal((await content(client, gone)).text, '');
      assert.equal(await command(client, 'waybill.layerText', gone), null);
      assert.equal(await command(client, 'waybill.layerText', 'waybill-layer:/%?%'), null);
      await assert.rejects(command(client, 'waybill.layerText'), /URI/);
    });
  });
});

test('what is shown follows typing; the list is told of once, when it is another one', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const file = folder.uriOf('pod.yaml');
      await client.open(file, pod(image));
      const [listed] = await list(client);
      const uri = uriIn(listed, 'rendered/this-cluster/web-pod.yaml');
      await content(client, uri);
      await content(client, uriIn(listed, 'overlays/midstream/kustomization.yaml'));

      const line = imageLine(0);
      const tag = imageColumn + image.length - '1.4.0'.length;
      await client.edit(file, 2, { start: { line, character: tag }, end: { line, character: tag + 5 } }, '2');
      await client.until('a refresh', () => refreshed(client)[0]);
      // The kustomization names no tag, so it is the same text.
      assert.deepEqual(refreshed(client), [uri]);
      assert.equal((await content(client, uri)).text, rendered(proxied.replace('1.4.0', '2')));
      assert.equal(count(client, 'waybill/didChangeLayers'), 0);

      // Another name makes another file, and the one that is open goes away.
      const name = { start: { line: 2, character: 18 }, end: { line: 2, character: 21 } };
      await client.edit(file, 3, name, 'api');
      await client.until('the news', () => count(client, 'waybill/didChangeLayers') || undefined);
      await client.until('a refresh', () => refreshed(client)[1]);
      assert.equal((await content(client, uri)).text, '');
      await client.edit(file, 4, name, 'app');
      await client.until('the edit', () => (client.pushed(file)?.version === 4 ? true : undefined));
      uriIn((await list(client))[0], 'rendered/this-cluster/app-pod.yaml');
      assert.equal(count(client, 'waybill/didChangeLayers'), 1);
    });
  });
});

test('half a line leaves in the preview what the file was, until it is whole again', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const file = folder.uriOf('pod.yaml');
      await client.open(file, pod(image));
      const deployed = file.replace('file:', 'waybill-deployed:');
      assert.equal((await content(client, deployed)).text, rendered(proxied));
      const start = { line: imageLine(0), character: imageColumn };
      await client.edit(file, 2, { start, end: start }, '"');
      const { text } = await content(client, deployed);
      assert.match(text, /^# Left out: .*\n# Below is what it was before\.\n/);
      assert.ok(text.endsWith(`\n${rendered(proxied)}`), text);
      const end = { ...start, character: imageColumn + 1 };
      await client.edit(file, 3, { start, end }, '');
      assert.equal((await content(client, deployed)).text, rendered(proxied));
    });
  });
});

test('a broken manifest is named with its file and hides no other', limit, async () => {
  const files = {
    ...release,
    'bad.yaml':
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad }\ndata: { a: 'repl{{ Nothing }}' }\n",
    'pod.yaml': pod(image),
  };
  await withFolder(files, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const [listed] = await list(client);
      assert.equal(listed?.problems.length, 1);
      const [problem] = listed?.problems ?? [];
      assert.equal(problem?.source, folder.uriOf('bad.yaml'));
      assert.equal(problem?.effect, 'refused');
      assert.match(problem?.message ?? '', /function "Nothing" not defined/);
      uriIn(listed, 'rendered/this-cluster/web-pod.yaml');
    });
  });
});

const license = (name: string): string =>
  `apiVersion: kots.io/v1beta1\nkind: License\nmetadata: { name: acme }\nspec: { licenseID: abc, channelName: ${name} }\n`;
const map = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  channel: repl{{ LicenseFieldValue "channelName" }}
`;

test('the scenario changes list, texts and hover, from the start and later', limit, async () => {
  const local = 'registry.corp:5000/team/api:1.4.0';
  const scenario = { airgap: true, localRegistry: 'registry.corp:5000', localRegistryNamespace: 'team' };
  await withFolder({ ...release, 'pod.yaml': pod(image) }, async (folder) => {
    const options = { scenarios: { [folder.uri]: scenario } };
    await withClient({ folders: [folder.uri], capabilities, options }, async (client) => {
      const hover = async (): Promise<string> => {
        const found = await client.request<Hover | null>('textDocument/hover', {
          textDocument: { uri: folder.uriOf('pod.yaml') },
          position: { line: imageLine(0), character: imageColumn + 4 },
        });
        return (found?.contents as { value: string } | undefined)?.value ?? '';
      };
      const [listed] = await list(client);
      assert.equal(listed?.scenario, 'KOTS · air gap · registry.corp:5000/team');
      const uri = uriIn(listed, 'rendered/this-cluster/web-pod.yaml');
      const deployed = folder.uriOf('pod.yaml').replace('file:', 'waybill-deployed:');
      assert.equal((await content(client, uri)).text, rendered(local));
      assert.equal((await content(client, deployed)).text, rendered(local));
      assert.ok((await hover()).includes(local));

      await choose(client, folder, null);
      await client.until('the news', () => count(client, 'waybill/didChangeLayers') || undefined);
      await client.until('both refreshes', () => refreshed(client)[1]);
      assert.deepEqual(refreshed(client).sort(), [deployed, uri].sort());
      assert.equal((await content(client, uri)).text, rendered(proxied));
      assert.equal((await content(client, deployed)).text, rendered(proxied));
      assert.ok((await hover()).includes(proxied));
      assert.equal((await list(client))[0]?.scenario, 'KOTS · online');
    });
  });
});

test('a customer’s files are read from the disk, as typed where they are open, and anew', limit, async () => {
  const files = { 'app/.waybill.yaml': 'app: acme\n', 'app/map.yaml': map, 'license.yaml': license('Beta') };
  await withFolder(files, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      await choose(client, folder, { license: 'license.yaml', config: 'nowhere.yaml' });
      const [listed] = await list(client);
      assert.equal(listed?.name, 'app');
      assert.equal(listed?.scenario, 'KOTS · online · nowhere.yaml · license.yaml');
      assert.deepEqual(
        listed?.problems.map(({ message }) => message.includes('nowhere.yaml')),
        [true],
      );
      // Another kind of file is not taken for a licence.
      await choose(client, folder, { license: 'app/map.yaml' });
      assert.match(
        (await list(client))[0]?.problems[0]?.message ?? '',
        /^app\/map\.yaml: That is not a licence/,
      );
      await choose(client, folder, { license: 'license.yaml' });
      const uri = uriIn((await list(client))[0], 'rendered/this-cluster/settings-configmap.yaml');
      const channel = async () => /channel: (.*)/.exec((await content(client, uri)).text)?.[1];
      assert.equal(await channel(), 'Beta');

      await client.open(folder.uriOf('license.yaml'), license('Stable'));
      assert.equal(await channel(), 'Stable');
      await folder.write('license.yaml', license('Nightly'));
      await client.notify('textDocument/didClose', { textDocument: { uri: folder.uriOf('license.yaml') } });
      await client.notify('workspace/didChangeWatchedFiles', {
        changes: [{ uri: folder.uriOf('license.yaml'), type: 2 }],
      });
      assert.equal(await channel(), 'Nightly');
    });
  });
});

test('a scenario that makes no sense is said in the list, and the rest of it holds', limit, async () => {
  await withFolder({ ...release, 'pod.yaml': pod(image) }, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      await choose(client, folder, { installer: 'apt', airgap: true, localRegistryNamespace: 'team' });
      const [listed] = await list(client);
      assert.equal(listed?.scenario, 'KOTS · air gap');
      assert.deepEqual(
        listed?.problems.map(({ message }) => message),
        [
          'installer is one of kots, embedded-cluster-2, embedded-cluster-3, helm, not "apt".',
          'localRegistryNamespace needs localRegistry.',
        ],
      );
    });
  });
});

test('the preflights of a chart follow what is typed in its templates and values', limit, async () => {
  const helpers = 'charts/web/templates/_names.tpl';
  const files = {
    ...release,
    'helm.yaml':
      'apiVersion: kots.io/v1beta2\nkind: HelmChart\nmetadata: { name: web }\nspec:\n  chart: { name: web, chartVersion: 1.0.0 }\n',
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/values.yaml': 'least: 2\n',
    [helpers]: '{{ define "web.name" }}{{ .Release.Name }}-checks{{ end }}',
    'charts/web/templates/preflight.yaml': preflight('{{ include "web.name" . }}'),
    '.replicated': 'manifests: [./*.yaml]\ncharts: [{ path: ./charts/web }]\n',
  };
  await withFolder(files, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const [listed] = await list(client);
      const uri = uriIn(listed, 'kotsKinds/helm-preflight.yaml');
      const source = listed?.files.find((file) => file.uri === uri)?.source;
      assert.equal(source, folder.uriOf('helm.yaml'));
      const said = async () => /name: (.*)\n/.exec((await content(client, uri)).text)?.[1];
      assert.equal(await said(), 'web-checks at least 2');
      const template = folder.uriOf('charts/web/templates/preflight.yaml');
      await client.open(template, preflight('{{ include "web.name" . }}!'));
      assert.equal(await said(), 'web-checks! at least 2');
      await client.open(folder.uriOf('charts/web/values.yaml'), 'least: 3\n');
      assert.equal(await said(), 'web-checks! at least 3');
      await folder.write(helpers, '{{ define "web.name" }}{{ .Chart.Name }}-preflight{{ end }}');
      const changes = [{ uri: folder.uriOf(helpers), type: 2 }];
      await client.notify('workspace/didChangeWatchedFiles', { changes });
      await client.request('workspace/executeCommand', { command: 'waybill.check' });
      assert.equal(await said(), 'web-preflight! at least 3');
      const last = { start: { line: 8, character: 31 }, end: { line: 8, character: 32 } };
      await client.edit(template, 2, last, '');
      assert.equal(await said(), undefined);
      const [problem] = (await list(client))[0]?.problems ?? [];
      assert.equal(problem?.source, folder.uriOf('helm.yaml'));
      assert.match(problem?.message ?? '', /no template "web\.nam"/);
    });
  });
});

const preflight = (name: string): string => `apiVersion: v1
kind: Secret
metadata: { name: web }
stringData:
  preflight.yaml: |
    apiVersion: troubleshoot.sh/v1beta2
    kind: Preflight
    metadata:
      name: ${name} at least {{ .Values.least }}
`;
