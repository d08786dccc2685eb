import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  CompletionList,
  Hover,
  Location,
  LocationLink,
  MarkupContent,
  Position,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { uncaret } from '../support/caret.ts';
import { type Client, withClient } from './client.ts';
import { pod, registry, release, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };

const config = `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: hello }
spec:
  groups:
    - name: images
      title: Images
      items:
        - name: tag
          title: Version of the API
          help_text: Which one runs.
          type: text
          default: 1.4.2
`;

const files = { ...release, 'config.yaml': config };

const at = (uri: string, position: Position) => ({ textDocument: { uri }, position });

const complete = (client: Client, uri: string, position: Position, triggerCharacter?: string) =>
  client.request<CompletionList | null>('textDocument/completion', {
    ...at(uri, position),
    context: triggerCharacter === undefined ? { triggerKind: 1 } : { triggerKind: 2, triggerCharacter },
  });

const markdownOf = (hover: Hover | null): string =>
  (hover?.contents as MarkupContent | undefined)?.value ?? '';

test('functions and options are completed while a template is typed', limit, async () => {
  await withFolder(files, async (folder) => {
    await withClient({ folders: [folder.uri], options: { network: false } }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      const { text, position } = uncaret(pod(`'${registry}/demo-apps/api:repl{{ Conf¦'`), '¦');
      await client.open(uri, text);
      const functions = await complete(client, uri, position);
      const option = functions?.items.find(({ label }) => label === 'ConfigOption');
      const start = { ...position, character: position.character - 'Conf'.length };
      assert.deepEqual(option?.textEdit, { range: { start, end: position }, newText: 'ConfigOption' });
      assert.equal(functions?.isIncomplete, false);
      assert.match(String(option?.documentation), /^ConfigOption name string → string/);

      await client.edit(uri, 2, { start, end: position }, 'ConfigOption "" }}');
      const inString = { ...start, character: start.character + 'ConfigOption "'.length };
      const options = await complete(client, uri, inString, '"');
      assert.deepEqual(
        options?.items.map(({ label, textEdit }) => [label, textEdit]),
        [['tag', { range: { start: inString, end: inString }, newText: 'tag' }]],
      );
    });
  });
});

test('what opens a template in the rest of YAML opens no list there', limit, async () => {
  await withFolder(files, async (folder) => {
    await withClient({ folders: [folder.uri], options: { network: false } }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      const { text, position } = uncaret(pod('¦'), '¦');
      await client.open(uri, text);
      assert.equal(await complete(client, uri, position, ' '), null);
      assert.notEqual(await complete(client, uri, position), null);
    });
  });
});

test('documentation is Markdown where the client reads it', limit, async () => {
  await withFolder(files, async (folder) => {
    const capabilities = {
      textDocument: { completion: { completionItem: { documentationFormat: ['markdown'] } } },
    };
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      const { text, position } = uncaret(pod('repl{{ ConfigOption "¦" }}'), '¦');
      await client.open(uri, text);
      const list = await complete(client, uri, position);
      assert.deepEqual(list?.items[0]?.documentation, {
        kind: 'markdown',
        value:
          '**Version of the API** · option `tag`, text, in Images\n\nWhich one runs.\n\n**Default:** `1.4.2`',
      });
    });
  });
});

test('a hover says what a word of a template means, then what is known of the image', limit, async () => {
  await withFolder(files, async (folder) => {
    await withClient({ folders: [folder.uri], options: { network: false } }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      const { text, position } = uncaret(
        pod(`'${registry}/demo-apps/api:repl{{ ConfigOption "t¦ag" }}'`),
        '¦',
      );
      await client.open(uri, text);
      // Templates are read as soon as the folder has been.
      await client.request('textDocument/documentLink', { textDocument: { uri } });
      const hover = await client.request<Hover | null>('textDocument/hover', at(uri, position));
      const [word, image] = markdownOf(hover).split('\n\n---\n\n');
      assert.match(word ?? '', /^\*\*Version of the API\*\* · option `tag`[\s\S]*\*\*Value:\*\* `1\.4\.2`/);
      assert.match(
        image ?? '',
        new RegExp(`After templates: \`${registry}/demo-apps/api:1\\.4\\.2\``.replaceAll('/', '\\/')),
      );
      assert.match(
        image ?? '',
        /\*\*Deployed:\*\* `proxy\.replicated\.com\/proxy\/mysampleecrapp\/.*api:1\.4\.2`/,
      );
      assert.deepEqual(hover?.range, {
        start: { ...position, character: position.character - 1 },
        end: { ...position, character: position.character + 2 },
      });
    });
  });
});

test('a hover without Markdown is plain text', limit, async () => {
  await withFolder(files, async (folder) => {
    const capabilities = { textDocument: { hover: { contentFormat: ['plaintext'] } } };
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const uri = folder.uriOf('map.yaml');
      const { text, position } = uncaret(
        'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: repl{{ Config¦Option "tag" }}\n',
        '¦',
      );
      await client.open(uri, text);
      await client.request('textDocument/documentLink', { textDocument: { uri } });
      const hover = await client.request<Hover | null>('textDocument/hover', at(uri, position));
      assert.deepEqual(markdownOf(hover).split('\n\n'), [
        'ConfigOption name string → string',
        'What the customer entered for an option of the Config, else its default.',
        'In KOTS, Embedded Cluster 2, Embedded Cluster 3.',
        'Value: 1.4.2 (KOTS, online)',
      ]);
    });
  });
});

test('an option leads to the file that asks for it, which need not be open', limit, async () => {
  await withFolder(files, async (folder) => {
    const { text, position } = uncaret(pod('repl{{ ConfigOptionData "ta¦g" }}'), '¦');
    const name = { start: { line: 8, character: 16 }, end: { line: 8, character: 19 } };
    await withClient({ folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, text);
      assert.deepEqual(await client.request<Location[]>('textDocument/definition', at(uri, position)), [
        { uri: folder.uriOf('config.yaml'), range: name },
      ]);
    });
    const capabilities = { textDocument: { definition: { linkSupport: true } } };
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, text);
      const [link] = await client.request<LocationLink[]>('textDocument/definition', at(uri, position));
      assert.equal(link?.targetUri, folder.uriOf('config.yaml'));
      assert.deepEqual(link?.targetSelectionRange, name);
      assert.equal(link?.targetRange.start.line, 8);
      assert.deepEqual(link?.originSelectionRange, {
        start: { ...position, character: position.character - 2 },
        end: { ...position, character: position.character + 1 },
      });
    });
  });
});

test('the references of an option, in open files and others, follow typing', limit, async () => {
  await withFolder(files, async (folder) => {
    await folder.write('other.yaml', pod('repl{{ ConfigOption "tag" }}'));
    await withClient({ folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      const references = async (includeDeclaration: boolean): Promise<string[]> => {
        const found = await client.request<Location[]>('textDocument/references', {
          ...at(folder.uriOf('config.yaml'), { line: 8, character: 17 }),
          context: { includeDeclaration },
        });
        return found.map(
          ({ uri: where, range }) => `${where.slice(folder.uri.length + 1)} ${range.start.line}`,
        );
      };
      await client.open(uri, pod('nginx', 'repl{{ ConfigOption "tag" }}'));
      assert.deepEqual((await references(true)).sort(), ['config.yaml 8', 'other.yaml 6', 'pod.yaml 8']);
      assert.deepEqual((await references(false)).sort(), ['other.yaml 6', 'pod.yaml 8']);
      const start = { line: 6, character: 13 };
      await client.edit(
        uri,
        2,
        { start, end: { line: 6, character: 18 } },
        '\'{{repl "tag" | ConfigOption }}\'',
      );
      assert.deepEqual((await references(false)).sort(), ['other.yaml 6', 'pod.yaml 6', 'pod.yaml 8']);
    });
  });
});

test(
  'an option is renamed in every file, for the versions that are open, and the person is told what that means',
  limit,
  async () => {
    await withFolder(files, async (folder) => {
      const capabilities = {
        workspace: { workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} } },
      };
      await withClient({ folders: [folder.uri], capabilities }, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        const { text, position } = uncaret(pod('repl{{ ConfigOption "ta¦g" }}'), '¦');
        await client.open(uri, text, 4);
        assert.deepEqual(await client.request('textDocument/prepareRename', at(uri, position)), {
          range: {
            start: { ...position, character: position.character - 2 },
            end: { ...position, character: position.character + 1 },
          },
          placeholder: 'tag',
        });
        const edit = await client.request<WorkspaceEdit>('textDocument/rename', {
          ...at(uri, position),
          newName: 'version',
        });
        assert.deepEqual(
          edit.documentChanges?.map((change) =>
            'textDocument' in change
              ? [change.textDocument, change.edits.map((each) => 'newText' in each && each.newText)]
              : change,
          ),
          [
            [{ uri: folder.uriOf('config.yaml'), version: null }, ['version']],
            [{ uri, version: 4 }, ['version']],
          ],
        );
        assert.match(edit.changeAnnotations?.caution?.description ?? '', /enter it again/);
        await assert.rejects(
          client.request('textDocument/rename', { ...at(uri, position), newName: 'a b' }),
          /letters, digits/,
        );
      });
    });
  },
);
