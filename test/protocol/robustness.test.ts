import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { briefly, type Client, itemsOf, withClient } from './client.ts';
import { pod, release, withFolder } from './workspace.ts';

const limit = { timeout: 120_000 };
const soak = process.env.WAYBILL_SOAK === '1' ? 20 : 1;
const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The server still answers, and rightly. */
async function isWell(client: Client, uri: string, version: number): Promise<void> {
  await client.notify('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ text: pod('redis:7') }],
  });
  assert.deepEqual(briefly(itemsOf(await client.pull(uri))), ['public-image 6:13-6:20']);
  assert.doesNotMatch(client.stderr(), /\bat .*\.mjs:/);
  const errors = client.heard.filter(
    ({ method, params }) => method === 'window/logMessage' && (params as { type: number }).type === 1,
  );
  assert.deepEqual(errors, []);
}

const oddTexts: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'a byte order mark': '\uFEFF',
  'broken YAML': 'a: [1, {\n  b: "unclosed\n - c: *nowhere\n\t: :\n---\n...\n%YAML 9',
  'half a template': pod('{{repl ConfigOption "x'),
  'binary data': String.fromCharCode(...Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)),
  'lone surrogates': pod('\uD800\uDC00\uDC00\uD800'),
  'an alias to itself': 'apiVersion: v1\nkind: Pod\nspec: &s\n  containers: *s\n',
  'a billion laughs': Array.from({ length: 30 }, (_, i) =>
    i === 0 ? 'a0: &a0 [x,x]' : `a${i}: &a${i} [*a${i - 1},*a${i - 1},*a${i - 1},*a${i - 1}]`,
  ).join('\n'),
  'deep nesting': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'deep maps': Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
  'ten thousand containers': pod(...Array.from({ length: 10_000 }, (_, i) => `redis:${i}`)),
  'ten megabytes': pod('redis:7') + '# nothing to see here, nothing at all to see here\n'.repeat(200_000),
  'ten megabytes on one line': pod(`redis:${'7'.repeat(10_000_000)}`),
};

test('no text brings the server down', limit, async (t) => {
  await withFolder(release, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, pod('redis:7'));
      let version = 1;
      for (const [name, text] of Object.entries(oddTexts))
        await t.test(name, async () => {
          await client.notify('textDocument/didChange', {
            textDocument: { uri, version: ++version },
            contentChanges: [{ text }],
          });
          const range = { ...top, end: { line: 20, character: 0 } };
          const textDocument = { uri };
          await client.pull(uri);
          await client.request('textDocument/hover', { textDocument, position: { line: 6, character: 14 } });
          await client.request('textDocument/codeAction', {
            textDocument,
            range,
            context: { diagnostics: [] },
          });
          await client.request('workspace/executeCommand', {
            command: 'waybill.midstreamText',
            arguments: [uri],
          });
          await client.request('workspace/executeCommand', { command: 'waybill.layers' });
          await isWell(client, uri, ++version);
        });
    });
  });
});

test('files on disk that are no text are named in the log, and the others are read', limit, async () => {
  const files = {
    ...release,
    'binary.yaml': new Uint8Array([0x6b, 0x3a, 0x00, 0x01, 0xff]),
    'latin1.yaml': new Uint8Array([0x61, 0x3a, 0x20, 0xe9]),
    'pod.yaml': pod('redis:7'),
  };
  await withFolder(files, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      assert.equal(itemsOf(await client.pull(folder.uriOf('pod.yaml'))).length, 1);
      const logged = client.heard
        .filter(({ method }) => method === 'window/logMessage')
        .map(({ params }) => (params as { message: string }).message);
      for (const name of ['binary.yaml', 'latin1.yaml'])
        assert.ok(
          logged.some((line) => line.includes(name)),
          `${name} is not in ${logged.join('\n')}`,
        );
    });
  });
});

test('what makes no sense is answered or ignored', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      for (const odd of [
        '',
        'no-uri',
        'file:',
        'file:///%zz.yaml',
        'untitled:Untitled-1',
        'git:/a/b.yaml?{}',
      ])
        await client.open(odd, pod('redis:7'));
      await client.edit(folder.uriOf('never-opened.yaml'), 2, top, 'x');
      await client.notify('textDocument/didClose', {
        textDocument: { uri: folder.uriOf('never-opened.yaml') },
      });
      await client.notify('textDocument/didSave', { textDocument: { uri: 'x' } });
      await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: 'x', type: 1 }] });
      await client.notify('workspace/didChangeConfiguration', { settings: { waybill: { network: 3 } } });
      await client.notify('waybill/unheardOf', {});
      await assert.rejects(client.request('waybill/unheardOf'), { code: -32601 });
      assert.deepEqual(await client.pull('untitled:Untitled-1'), { kind: 'full', items: [] });
      await client.open(uri, 'x');
      const far = { start: { line: 99, character: 99 }, end: { line: 999, character: 0 } };
      await client.edit(uri, 2, far, 'y');
      await isWell(client, uri, 3);
    });
  });
});

test('a request that was cancelled is answered as such, and the next one well', limit, async () => {
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`pods/${i}.yaml`, pod('redis:7')]));
  await withFolder({ ...release, ...many }, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const { CancellationTokenSource } = await import('vscode-languageserver-protocol/node');
      const source = new CancellationTokenSource();
      const asked = client.request('workspace/diagnostic', { previousResultIds: [] }, source.token);
      source.cancel();
      await assert.rejects(asked, { code: -32800 });
      const { items } = await client.request<{ items: unknown[] }>('workspace/diagnostic', {
        previousResultIds: [],
      });
      assert.equal(items.length, 402);
    });
  });
});

test('any edits leave the diagnostics that the whole text has', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const edited = folder.uriOf('edited.yaml');
      const fresh = folder.uriOf('fresh.yaml');
      const pieces = fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        '---\n',
        ' ',
        '🚢',
        'nginx',
        ':1',
        '#',
        '"',
        '{{',
        '}}',
        '',
        '- ',
        'image: x\n',
      );
      const position = fc.record({ line: fc.nat(12), character: fc.nat(24) });
      const edit = fc.record({ a: position, b: position, text: fc.array(pieces, { maxLength: 3 }) });
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { maxLength: 12 }), async (edits) => {
          await client.open(edited, pod('nginx:1', 'redis:7'));
          let text = pod('nginx:1', 'redis:7');
          for (const [i, { a, b, text: parts }] of edits.entries()) {
            const [start, end] =
              a.line < b.line || (a.line === b.line && a.character <= b.character) ? [a, b] : [b, a];
            const newText = parts.join('');
            await client.edit(edited, i + 2, { start, end }, newText);
            text = text.slice(0, offsetOf(text, start)) + newText + text.slice(offsetOf(text, end));
          }
          await client.open(fresh, text);
          const found = itemsOf(await client.pull(edited));
          assert.deepEqual(found, itemsOf(await client.pull(fresh)));
          for (const uri of [edited, fresh])
            await client.notify('textDocument/didClose', { textDocument: { uri } });
        }),
        { numRuns: 60 * soak },
      );
      assert.equal(await client.stop(), 0);
    });
  });
});

/** By the protocol's own rules: lines end at \n, \r\n or \r; a character past the end of a line means that end. */
function offsetOf(text: string, { line, character }: { line: number; character: number }): number {
  const lines = text.split(/(?<=\n|\r(?!\n))/);
  if (line >= lines.length) return text.length;
  const before = lines.slice(0, line).reduce((sum, each) => sum + each.length, 0);
  return before + Math.min(character, (lines[line] ?? '').replace(/[\r\n]+$/, '').length);
}
