import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from 'vscode-languageserver-protocol/node';
import { type Client, itemsOf, startClient } from '../protocol/client.ts';
import { Scribbler } from './edits.ts';
import { root } from './paths.ts';

/** A copy of a sample release, open in a language server with all of its files and edited at random. */
export interface ScribbledRelease {
  readonly client: Client;
  /** Edits one file, once or a few times in one message. */
  scribble(): Promise<void>;
  /**
   * Compares the diagnostics of every file with what a server says that was started just now and was given the texts
   * as they are.
   * @returns how many diagnostics there are
   * @throws AssertionError where they differ
   */
  compare(): Promise<number>;
  stop(): Promise<void>;
}

export interface ScribbleOptions {
  /** Relative to the repository's root. */
  readonly sample: string;
  readonly random: (limit: number) => number;
  /** Whether diagnostics are asked for; else the server sends them. */
  readonly pull: boolean;
}

interface OpenFile {
  readonly uri: string;
  readonly scribbler: Scribbler;
  version: number;
  resultId: string | undefined;
  items: readonly Diagnostic[];
}

export async function scribbledRelease({ sample, random, pull }: ScribbleOptions): Promise<ScribbledRelease> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-edits-'));
  cpSync(join(root, sample), folder, { recursive: true });
  const options = { folders: [pathToFileURL(folder).href], pull, options: { network: false } };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/.test(path))
    .sort()
    .map((path): OpenFile => {
      const text = readFileSync(join(folder, path), 'utf8');
      return {
        uri: pathToFileURL(join(folder, path)).href,
        scribbler: new Scribbler(text, random),
        version: 1,
        resultId: undefined,
        items: [],
      };
    });
  const openAll = async (client: Client): Promise<void> => {
    for (const { uri, scribbler, version } of files) await client.open(uri, scribbler.text, version);
  };

  const client = await startClient(options);
  await openAll(client);

  /** What the client shows for a file. */
  const shown = async (file: OpenFile): Promise<readonly Diagnostic[]> => {
    if (pull) {
      const report = await client.pull(file.uri, file.resultId);
      file.resultId = report.resultId;
      if (report.kind === 'full') file.items = report.items;
    } else {
      const last = client.pushed(file.uri);
      if (last !== undefined) file.items = last.diagnostics;
    }
    return file.items;
  };
  /** Waits for sent diagnostics to become the expected ones: what an edit means for other files is sent later. */
  const settle = async (expected: readonly (readonly Diagnostic[])[]): Promise<void> => {
    const equal = (): true | undefined =>
      files.every((file, i) =>
        isDeepStrictEqual(client.pushed(file.uri)?.diagnostics ?? file.items, expected[i]),
      )
        ? true
        : undefined;
    // Where they never become so, the comparison tells more.
    await client.until('the diagnostics of a fresh server', equal).catch(() => {});
  };

  return {
    client,
    async scribble() {
      const file = files[random(files.length)] as OpenFile;
      const contentChanges = Array.from({ length: random(5) === 0 ? 3 : 1 }, () => file.scribbler.edit());
      file.version++;
      await client.notify('textDocument/didChange', {
        textDocument: { uri: file.uri, version: file.version },
        contentChanges,
      });
    },
    async compare() {
      const expected: (readonly Diagnostic[])[] = [];
      const fresh = await startClient({ ...options, pull: true });
      try {
        await openAll(fresh);
        for (const { uri } of files) expected.push(itemsOf(await fresh.pull(uri)));
      } finally {
        await fresh.stop();
      }
      if (!pull) await settle(expected);
      for (const [i, file] of files.entries()) assert.deepEqual(await shown(file), expected[i], file.uri);
      client.forgetHeard();
      return expected.flat().length;
    },
    async stop() {
      await client.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
