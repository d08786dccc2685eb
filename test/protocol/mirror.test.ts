import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ApplyWorkspaceEditParams,
  CodeAction,
  TextDocumentEdit,
} from 'vscode-languageserver-protocol/node';
import {
  type Sandbox,
  sandboxAccount,
  sandboxRegion,
  seededDigests,
  startSandbox,
} from '../../sandbox/src/index.ts';
import { ecrRegistry } from '../../sandbox/src/store/repository.ts';
import { applyEdits } from '../../server/src/core/text/edit.ts';
import { LineIndex } from '../../server/src/core/text/lines.ts';
import { type Client, type ClientOptions, withClient } from './client.ts';
import { imageColumn, imageLine, pod, registry, release, type TestFolder, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };
const showsProgress = { window: { workDoneProgress: true } };
const nginx = seededDigests.upstream['library/nginx']['1.25'];
const words = `nginx:1.25 → ${registry}/demo-apps/nginx:1.25 · digest ${nginx} · 2 platforms: linux/amd64, linux/arm64 · `;

interface Scene {
  readonly client: Client;
  readonly folder: TestFolder;
  readonly sandbox: Sandbox;
  /** Text and buttons of each question that the person was asked. */
  readonly questions: { message: string; buttons: string[] }[];
  /** What is answered to the next question: a button's title. */
  answer(title: string | null, before?: () => void): void;
}

async function scene(
  files: Readonly<Record<string, string>>,
  work: (scene: Scene) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  const sandbox = await startSandbox();
  try {
    await withFolder({ ...release, ...files }, (folder) =>
      withClient(
        { capabilities: showsProgress, ...options, folders: [folder.uri], env: sandbox.env },
        async (client) => {
          const questions: Scene['questions'] = [];
          const answer: Scene['answer'] = (title, before) =>
            client.answer('window/showMessageRequest', (params) => {
              const { message, actions } = params as { message: string; actions: { title: string }[] };
              questions.push({ message, buttons: actions.map((action) => action.title) });
              before?.();
              return title === null ? null : { title };
            });
          answer(null);
          client.answer('workspace/applyEdit', () => ({ applied: true }));
          for (const [name, text] of Object.entries(files)) await client.open(folder.uriOf(name), text);
          await client.request('workspace/executeCommand', { command: 'waybill.check' });
          client.forgetHeard();
          await work({ client, folder, sandbox, questions, answer });
        },
      ),
    );
  } finally {
    await sandbox.close();
  }
}

const tagged = (sandbox: Sandbox, repository: string, tag: string): string | undefined =>
  sandbox.store.repository(ecrRegistry(sandboxAccount, sandboxRegion), repository)?.tags.get(tag);

const actions = (client: Client, uri: string, index: number): Promise<CodeAction[]> => {
  const caret = { line: imageLine(index), character: imageColumn };
  return client.request<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: caret, end: caret },
    context: { diagnostics: [], only: ['quickfix'] },
  });
};

/** Chooses the action of this title. */
async function choose(client: Client, uri: string, index: number, title: string): Promise<unknown> {
  const action = (await actions(client, uri, index)).find((each) => each.title === title);
  assert.ok(action?.command, title);
  const { command, arguments: args } = action.command;
  return client.request('workspace/executeCommand', { command, arguments: args });
}

const said = (client: Client): string[] =>
  client.heard
    .filter(({ method }) => method === 'window/showMessage')
    .map(({ params }) => (params as { message: string }).message);

const progress = (
  client: Client,
): { kind: string; title?: string; message?: string; percentage?: number }[] =>
  client.heard
    .filter(({ method }) => method === '$/progress')
    .map(({ params }) => (params as { value: { kind: string } }).value);

const edits = (client: Client): ApplyWorkspaceEditParams[] =>
  client.heard
    .filter(({ method }) => method === 'workspace/applyEdit')
    .map(({ params }) => params as ApplyWorkspaceEditParams);

/** A file's text after the edits that the server sent. */
function after(client: Client, uri: string, text: string): string {
  const lines = new LineIndex(text);
  const changes = edits(client)
    .flatMap(({ edit }) => (edit.documentChanges ?? []) as TextDocumentEdit[])
    .filter(({ textDocument }) => textDocument.uri === uri)
    .flatMap((change) => change.edits as { range: Parameters<typeof lines.spanOf>[0]; newText: string }[]);
  return applyEdits(
    text,
    changes.map(({ range, newText }) => ({ span: lines.spanOf(range), newText })),
  );
}

const mirrorNginx = `Mirror nginx:1.25 to ${registry}/demo-apps/nginx and rewrite`;

test('an image that is missing at its private path is mirrored by one action, and named', limit, async () => {
  const text = pod('nginx:1.25 # keep me', 'redis:7', 'nginx:1.25');
  await scene({ 'pod.yaml': text }, async ({ client, folder, sandbox, questions, answer }) => {
    const uri = folder.uriOf('pod.yaml');
    const offered = await actions(client, uri, 0);
    assert.deepEqual(
      offered.map(({ title, isPreferred, disabled, edit }) => [title, isPreferred, disabled?.reason, edit]),
      [
        [mirrorNginx, true, undefined, undefined],
        [
          `Rewrite to ${registry}/demo-apps/nginx`,
          undefined,
          `${registry}/demo-apps/nginx:1.25 does not exist yet.`,
          undefined,
        ],
      ],
    );
    // What is typed meanwhile moves the image; the edit is for the text as it is then.
    const moved = `# one more line\n${text}`;
    const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    answer('Mirror and Rewrite', () => void client.edit(uri, 2, top, '# one more line\n'));
    assert.equal(await choose(client, uri, 0, mirrorNginx), true);

    assert.deepEqual(questions, [
      {
        message: `${words}to send: 4 blobs, 6.4 kB at most; 2 blobs of 14 kB in all are there already`,
        buttons: ['Mirror and Rewrite', 'Cancel'],
      },
    ]);
    assert.equal(tagged(sandbox, 'demo-apps/nginx', '1.25'), nginx);
    assert.deepEqual(
      edits(client).map(({ label }) => label),
      ['Mirror nginx:1.25 and rewrite'],
    );
    assert.equal(
      after(client, uri, moved),
      moved.replaceAll('nginx:1.25', `${registry}/demo-apps/nginx:1.25`),
    );
    assert.deepEqual(said(client), []);

    const shown = progress(client);
    assert.deepEqual(
      shown.filter(({ kind }) => kind !== 'report').map(({ kind, title, message }) => [kind, title, message]),
      [
        ['begin', 'Waybill: mirroring nginx:1.25', 'asking both registries'],
        ['end', undefined, undefined],
        ['begin', 'Waybill: mirroring nginx:1.25', 'beginning'],
        ['end', undefined, undefined],
      ],
    );
    const last = shown.findLast(({ kind }) => kind === 'report');
    assert.equal(last?.message, '6.4 kB of 6.4 kB, 4 of 4 blobs');
    assert.equal(last?.percentage, 100);
  });
});

test(
  'what is mirrored is known to exist at once: the rewrite needs no mirroring any more',
  limit,
  async () => {
    const text = pod('nginx:1.25');
    await scene({ 'pod.yaml': text }, async ({ client, folder, answer }) => {
      const uri = folder.uriOf('pod.yaml');
      answer('Mirror and Rewrite');
      await choose(client, uri, 0, mirrorNginx);
      // This client was slow to apply the edit: the text still names the public image.
      assert.deepEqual(
        (await actions(client, uri, 0)).map(({ title, isPreferred }) => [title, isPreferred]),
        [[`Rewrite to ${registry}/demo-apps/nginx`, true]],
      );
      const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      await client.edit(uri, 2, whole, after(client, uri, text));
      await client.request('workspace/executeCommand', { command: 'waybill.check' });
      await client.until('no problem', () =>
        client.pushed(uri)?.diagnostics.length === 0 ? true : undefined,
      );
    });
  },
);

test('a text that changes while it is rewritten is rewritten as it is then', limit, async () => {
  const text = pod('nginx:1.25');
  await scene({ 'pod.yaml': text }, async ({ client, folder, answer }) => {
    const uri = folder.uriOf('pod.yaml');
    const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    let asked = 0;
    client.answer('workspace/applyEdit', async () => {
      if (asked++ > 0) return { applied: true };
      await client.edit(uri, 2, top, '# one more line\n');
      return { applied: false };
    });
    answer('Mirror and Rewrite');
    assert.equal(await choose(client, uri, 0, mirrorNginx), true);
    assert.deepEqual(said(client), []);
    const [stale, fresh, ...more] = edits(client).map(({ edit }) => edit.documentChanges?.[0]);
    assert.deepEqual(more, []);
    const start = (change: unknown) => (change as TextDocumentEdit).edits[0]?.range.start.line;
    assert.equal(start(fresh), (start(stale) ?? 0) + 1);

    client.answer('workspace/applyEdit', () => ({ applied: false, failureReason: 'read-only' }));
    assert.equal(
      await client.request('workspace/executeCommand', {
        command: 'waybill.mirror',
        arguments: [uri, { line: imageLine(0) + 1, character: imageColumn }],
      }),
      true,
    );
    assert.deepEqual(said(client), [
      `${registry}/demo-apps/nginx:1.25: it is there now, but the editor did not rewrite the text (read-only). The quick fix does.`,
    ]);
  });
});

test('a repository that is missing is named on the button, and made', limit, async () => {
  await scene({ 'pod.yaml': pod('busybox:1.36') }, async ({ client, folder, sandbox, questions, answer }) => {
    const uri = folder.uriOf('pod.yaml');
    answer('Create Repository, Mirror and Rewrite');
    const title = `Mirror busybox:1.36 to ${registry}/demo-apps/busybox and rewrite`;
    assert.equal(await choose(client, uri, 0, title), true);
    assert.deepEqual(questions[0]?.buttons, ['Create Repository, Mirror and Rewrite', 'Cancel']);
    assert.match(questions[0]?.message ?? '', / · the repository demo-apps\/busybox is to be created \(/);
    assert.equal(
      tagged(sandbox, 'demo-apps/busybox', '1.36'),
      seededDigests.upstream['library/busybox']['1.36'],
    );
    assert.equal(edits(client).length, 1);
  });
});

test('who does not agree has nothing changed', limit, async () => {
  await scene({ 'pod.yaml': pod('nginx:1.25') }, async ({ client, folder, sandbox, questions, answer }) => {
    const uri = folder.uriOf('pod.yaml');
    for (const title of ['Cancel', null]) {
      answer(title);
      assert.equal(await choose(client, uri, 0, mirrorNginx), false);
    }
    assert.equal(questions.length, 2);
    assert.equal(tagged(sandbox, 'demo-apps/nginx', '1.25'), undefined);
    assert.deepEqual(edits(client), []);
    assert.deepEqual(said(client), []);
    const changing = ['StartUpload', 'PutUpload', 'PutManifest'];
    assert.deepEqual(
      sandbox.calls.filter(({ plane, operation }) => plane === 'registry' && changing.includes(operation)),
      [],
    );
  });
});

test('cancelling leaves nothing tagged, and the image can be mirrored again', limit, async () => {
  await scene({ 'pod.yaml': pod('nginx:1.25') }, async ({ client, folder, sandbox, answer }) => {
    const uri = folder.uriOf('pod.yaml');
    // From the answer on no blob arrives.
    answer('Mirror and Rewrite', () => sandbox.quirks.hang.push({ operation: 'GetBlob' }));
    const first = choose(client, uri, 0, mirrorNginx);
    const { token } = await client.until('the copying', () =>
      client.heard
        .filter(({ method }) => method === '$/progress')
        .map(({ params }) => params as { token: string; value: { message?: string } })
        .find(({ value }) => value.message === 'beginning'),
    );
    // Meanwhile nobody else copies there.
    assert.equal(await choose(client, uri, 0, mirrorNginx), false);
    assert.deepEqual(said(client), [
      `${registry}/demo-apps/nginx:1.25 is being mirrored already. Wait for that, or cancel it.`,
    ]);
    await client.notify('window/workDoneProgress/cancel', { token });
    assert.equal(await first, false);
    assert.equal(tagged(sandbox, 'demo-apps/nginx', '1.25'), undefined);
    assert.deepEqual(edits(client), []);

    sandbox.quirks.hang.length = 0;
    answer('Mirror and Rewrite');
    assert.equal(await choose(client, uri, 0, mirrorNginx), true);
    assert.equal(tagged(sandbox, 'demo-apps/nginx', '1.25'), nginx);
  });
});

test('a server that is told to stop ends what it copies', limit, async () => {
  await scene({ 'pod.yaml': pod('nginx:1.25') }, async ({ client, folder, sandbox, answer }) => {
    const uri = folder.uriOf('pod.yaml');
    answer('Mirror and Rewrite', () => sandbox.quirks.hang.push({ operation: 'GetBlob' }));
    const run = choose(client, uri, 0, mirrorNginx);
    run.catch(() => {});
    await client.until('the copying', () => progress(client).find(({ message }) => message === 'beginning'));
    assert.equal(await client.stop(), 0);
    assert.equal(tagged(sandbox, 'demo-apps/nginx', '1.25'), undefined);
  });
});

test('what cannot be mirrored is said, and nothing is rewritten', limit, async () => {
  const text = pod('acme/nothing:1', 'nginx:1.25');
  await scene({ 'pod.yaml': text }, async ({ client, folder, sandbox, questions, answer }) => {
    const uri = folder.uriOf('pod.yaml');
    answer('Mirror and Rewrite', () =>
      sandbox.quirks.fail5xx.push({ operation: 'PutManifest', plane: 'registry', status: 501 }),
    );
    const title = `Mirror acme/nothing:1 to ${registry}/demo-apps/nothing and rewrite`;
    assert.equal(await choose(client, uri, 0, title), false);
    assert.deepEqual(questions, []);
    assert.match(said(client)[0] ?? '', /acme\/nothing:1/);
    assert.equal(await choose(client, uri, 1, mirrorNginx), false);
    assert.equal(questions.length, 1);
    assert.match(said(client)[1] ?? '', /501/);
    assert.deepEqual(edits(client), []);
  });
});

test('an editor that cannot ask is told how to do it without', limit, async () => {
  await scene({ 'pod.yaml': pod('nginx:1.25') }, async ({ client, folder, sandbox }) => {
    const uri = folder.uriOf('pod.yaml');
    client.answer('window/showMessageRequest', () => {
      throw new Error('Unhandled method window/showMessageRequest');
    });
    assert.equal(await choose(client, uri, 0, mirrorNginx), false);
    assert.deepEqual(said(client), [
      `This editor cannot ask whether to mirror, so nothing was. On the command line: waybill mirror nginx:1.25 --to ${registry}/demo-apps/nginx:1.25 --create`,
    ]);
    assert.equal(tagged(sandbox, 'demo-apps/nginx', '1.25'), undefined);
  });
});

test('the whole release is mirrored and rewritten, what is there already without a copy', limit, async () => {
  const files = {
    'a.yaml': pod('nginx:1.25', 'nginx:1.27'),
    'b.yaml': pod('busybox:1.36', 'docker.io/library/nginx:1.25'),
  };
  await scene(files, async ({ client, folder, sandbox, questions, answer }) => {
    answer('Create Repository, Mirror and Rewrite');
    const uri = folder.uriOf('a.yaml');
    const run = { command: 'waybill.mirrorRelease', arguments: [uri] };
    assert.equal(await client.request('workspace/executeCommand', run), true);
    assert.deepEqual(
      questions.map(({ message }) => message.split(' · ').filter((part) => !part.startsWith('to send'))),
      [
        [
          '2 images to mirror',
          `nginx:1.25 → ${registry}/demo-apps/nginx:1.25`,
          `busybox:1.36 → ${registry}/demo-apps/busybox:1.36`,
          'repository to be created: demo-apps/busybox',
          '1 image there already',
        ],
      ],
    );
    assert.equal(tagged(sandbox, 'demo-apps/nginx', '1.25'), nginx);
    assert.equal(
      tagged(sandbox, 'demo-apps/busybox', '1.36'),
      seededDigests.upstream['library/busybox']['1.36'],
    );
    const home = `${registry}/demo-apps`;
    assert.equal(after(client, uri, files['a.yaml']), pod(`${home}/nginx:1.25`, `${home}/nginx:1.27`));
    assert.equal(
      after(client, folder.uriOf('b.yaml'), files['b.yaml']),
      pod(`${home}/busybox:1.36`, `${home}/nginx:1.25`),
    );
    assert.equal(edits(client).length, 1);
  });
});

test('images of a release that would take one path are refused before anybody is asked', limit, async () => {
  const text = pod('nginx:1.25', 'quay.io/acme/nginx:1.25');
  await scene({ 'pod.yaml': text }, async ({ client, folder, sandbox, questions }) => {
    const uri = folder.uriOf('pod.yaml');
    for (const index of [0, 1])
      assert.deepEqual(
        (await actions(client, uri, index)).filter(({ command }) => command !== undefined),
        [],
      );
    const before = sandbox.calls.length;
    const run = { command: 'waybill.mirrorRelease', arguments: [uri] };
    assert.equal(await client.request('workspace/executeCommand', run), false);
    assert.deepEqual(said(client), [
      `docker.io/library/nginx and quay.io/acme/nginx would both be copied to ${registry}/demo-apps/nginx. Give one of them a path of its own under \`rewrites\` in .waybill.yaml.`,
    ]);
    assert.deepEqual(questions, []);
    assert.equal(sandbox.calls.length, before);
  });
});

for (const [what, options, reason] of [
  [
    'an untrusted workspace',
    { trusted: false },
    'This workspace is not trusted, so Waybill does not use the network for it.',
  ],
  ['a network that is off', { network: 'off' }, 'Waybill is offline: it was told not to use the network.'],
] as const)
  test(`${what}: no action, and the commands refuse without a connection`, limit, async () => {
    await scene(
      { 'pod.yaml': pod('nginx:1.25') },
      async ({ client, folder, sandbox }) => {
        const uri = folder.uriOf('pod.yaml');
        assert.deepEqual(
          (await actions(client, uri, 0)).filter(({ command }) => command !== undefined),
          [],
        );
        const image = { source: 'docker.io/library/nginx:1.25', target: `${registry}/demo-apps/nginx:1.25` };
        for (const run of [
          { command: 'waybill.mirror', arguments: [uri, image] },
          { command: 'waybill.mirrorRelease', arguments: [uri] },
        ])
          assert.equal(await client.request('workspace/executeCommand', run), false);
        assert.deepEqual(said(client), [`Nothing is mirrored. ${reason}`, `Nothing is mirrored. ${reason}`]);
        assert.deepEqual(sandbox.calls, []);
      },
      { options },
    );
  });

test('what is at its private path already is rewritten without a question', limit, async () => {
  const text = pod('nginx:1.27');
  await scene({ 'pod.yaml': text }, async ({ client, folder, questions }) => {
    const uri = folder.uriOf('pod.yaml');
    const caret = { line: imageLine(0), character: imageColumn };
    const run = { command: 'waybill.mirror', arguments: [uri, caret], workDoneToken: 'ours' };
    assert.equal(await client.request('workspace/executeCommand', run), true);
    assert.deepEqual(questions, []);
    assert.equal(after(client, uri, text), pod(`${registry}/demo-apps/nginx:1.27`));
  });
});

test('progress that the client gave a token for begins and ends once', limit, async () => {
  await scene({ 'pod.yaml': pod('nginx:1.25') }, async ({ client, folder, answer }) => {
    const uri = folder.uriOf('pod.yaml');
    answer('Mirror and Rewrite');
    const caret = { line: imageLine(0), character: imageColumn };
    const run = { command: 'waybill.mirror', arguments: [uri, caret], workDoneToken: 'ours' };
    assert.equal(await client.request('workspace/executeCommand', run), true);
    const told = client.heard.filter(({ method }) => method === '$/progress').map(({ params }) => params);
    assert.deepEqual([...new Set(told.map((each) => (each as { token: string }).token))], ['ours']);
    const kinds = progress(client).map(({ kind }) => kind);
    assert.deepEqual(
      kinds.filter((kind) => kind !== 'report'),
      ['begin', 'end'],
    );
    assert.equal(kinds.at(-1), 'end');
  });
});

test(
  'an account is asked about with the credentials only after the person agreed to that',
  limit,
  async () => {
    const options = { confirm: true };
    await scene(
      { 'pod.yaml': pod('nginx:1.25') },
      async ({ client, folder, sandbox, questions, answer }) => {
        const uri = folder.uriOf('pod.yaml');
        client.answer('waybill/confirmAccount', () => false);
        const signed = (): number => sandbox.calls.filter(({ plane }) => plane === 'control').length;
        const before = signed();
        assert.equal(await choose(client, uri, 0, mirrorNginx), false);
        assert.deepEqual(said(client), [
          `AWS account ${sandboxAccount} is not asked until you allow signed requests to it.`,
        ]);
        assert.deepEqual(questions, []);
        assert.equal(signed(), before);
        const asked = client.heard.findLast(({ method }) => method === 'waybill/confirmAccount');
        assert.deepEqual(asked?.params, { account: sandboxAccount, region: sandboxRegion, host: registry });

        client.answer('waybill/confirmAccount', () => true);
        answer('Mirror and Rewrite');
        assert.equal(await choose(client, uri, 0, mirrorNginx), true);
        assert.equal(tagged(sandbox, 'demo-apps/nginx', '1.25'), nginx);
      },
      { options },
    );
  },
);

test('the image at a position is mirrored too; what is none, or has changed, is said', limit, async () => {
  const text = pod('nginx:1.25');
  await scene({ 'pod.yaml': text }, async ({ client, folder, questions }) => {
    const uri = folder.uriOf('pod.yaml');
    const run = (image: object) =>
      client.request('workspace/executeCommand', { command: 'waybill.mirror', arguments: [uri, image] });
    assert.equal(await run({ line: imageLine(0), character: imageColumn + 3 }), false);
    assert.equal(questions.length, 1);
    assert.equal(await run({ line: 0, character: 0 }), false);
    assert.equal(
      await run({ source: 'docker.io/library/nginx:1.25', target: 'elsewhere.test/nginx:1.25' }),
      false,
    );
    assert.deepEqual(said(client), [
      'There is no public image here that has a private path. Put the caret on one, and list a registry in .waybill.yaml.',
      'docker.io/library/nginx:1.25 is not named here any more, or would live elsewhere now. Ask for the quick fixes again.',
    ]);
    assert.equal(questions.length, 1);
    await assert.rejects(run({ line: 'x' }), /are needed/);
  });
});
