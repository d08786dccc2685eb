import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { completionAt } from '../../../server/src/core/features/completion.ts';
import { insertionAt } from '../../../server/src/core/features/insertion.ts';
import type { Answer } from '../../../server/src/core/knowledge/knowledge.ts';
import { ManifestFile } from '../../../server/src/core/manifest/file.ts';
import { readUses } from '../../../server/src/core/release/reading.ts';
import { Session } from '../../../server/src/core/session/session.ts';
import { releaseFile, type Snapshot } from '../../../server/src/core/session/snapshot.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { LineIndex } from '../../../server/src/core/text/lines.ts';
import type { Range } from '../../../server/src/core/text/span.ts';
import { root } from '../../support/paths.ts';

const samples = join(root, 'samples/labelled');
const paths = readdirSync(samples, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.yaml'));
const now = 0;

/** The sample release, knowing one odd tag of every repository and one repository of every registry that it uses. */
function knowing(): Session {
  const session = new Session();
  for (const path of [...paths, '.waybill.yaml'])
    session.setFile(path, readFileSync(join(samples, path), 'utf8'));
  const answers: Answer[] = [];
  for (const path of paths)
    for (const { source } of usesOf(session.snapshot, path)) {
      if (source === null) continue;
      const { domain: host, path: repository } = source.reference;
      answers.push(
        { kind: 'tags', repository: { host, repository }, list: list('1.10') },
        { kind: 'repositories', host, list: list('some/where') },
      );
    }
  session.learn(answers);
  return session;
}

const list = (...names: string[]) => ({ names, complete: true, checkedAt: now });

const usesOf = (snapshot: Snapshot, path: string) => {
  const at = releaseFile(snapshot, path);
  return at?.file.documents.flatMap(({ document }) => readUses(document, at.role, at.release.context)) ?? [];
};

/** The uses of a file of the snapshot after edits of it, each as it is written. */
function writtenAfter(path: string, edits: readonly { range: Range; newText: string }[]): string[] {
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  const lines = new LineIndex(at.file.text);
  const spans = edits.map(({ range: { start, end }, newText }) => ({
    span: { start: lines.offsetAt(start), end: lines.offsetAt(end) },
    newText,
  }));
  const after = ManifestFile.of(applyEdits(at.file.text, spans));
  return after.documents
    .flatMap(({ document }) => readUses(document, at.role, at.release.context))
    .map(({ use }) => use.written);
}

const { snapshot } = knowing();

/** Every place in the lines that name images, and some in the others. */
function carets(path: string): number[] {
  const file = snapshot.files.get(path);
  if (file === undefined) return [];
  const { text } = file;
  const at = releaseFile(snapshot, path);
  const lines = new Set(
    file.documents.flatMap(({ document, offset }) =>
      at === null
        ? []
        : readUses(document, at.role, at.release.context).flatMap(({ use }) =>
            Object.values(use.parts).map(({ span }) => file.positionAt(span.start + offset).line),
          ),
    ),
  );
  return Array.from({ length: text.length + 1 }, (_, offset) => offset).filter(
    (offset) =>
      (offset % 7 === 0 || lines.has(file.positionAt(offset).line)) &&
      text.slice(offset - 1, offset + 1) !== '\r\n',
  );
}

describe('wherever the caret stands in the sample release', () => {
  for (const path of paths)
    test(path, () => {
      const text = snapshot.files.get(path)?.text ?? '';
      const lines = new LineIndex(text);
      const before = usesOf(snapshot, path).map(({ use }) => use.written);
      const tried = new Set<string>();
      for (const offset of carets(path)) {
        const position = lines.positionAt(offset);
        const found = completionAt(snapshot, path, position, now);
        for (const { kind, label, range, newText } of found?.items ?? []) {
          const [start, end] = [lines.offsetAt(range.start), lines.offsetAt(range.end)];
          assert.ok(start <= offset && offset <= end && range.start.line === range.end.line);
          // Each place and offer once: the caret stands at many places of one part.
          const key = `${start} ${end} ${kind}`;
          if (tried.has(key)) continue;
          tried.add(key);
          const after = writtenAfter(path, [{ range, newText }]);
          // An anchor's text changes wherever its aliases stand, and nothing else does.
          const changed = [...new Set(after.filter((written) => !before.includes(written)))];
          assert.ok(changed.length <= 1, `${path} ${position.line}: ${changed.join(' and ')}`);
          if (changed[0] !== undefined) assert.ok(changed[0].includes(label), `${changed[0]}: ${label}`);
        }
      }
    });
});

describe('an image that is put in the place of any other is what stands there', () => {
  const image = { host: 'quay.io', repository: 'some/where', tag: '1.10', digest: null };
  for (const path of paths)
    test(path, () => {
      const text = snapshot.files.get(path)?.text ?? '';
      const lines = new LineIndex(text);
      const tried = new Set<string>();
      for (const offset of carets(path).filter((_, i) => i % 3 === 0)) {
        const position = lines.positionAt(offset);
        if (completionAt(snapshot, path, position, now) === null) continue;
        const edits = insertionAt(snapshot, path, position, image);
        const key = JSON.stringify(edits);
        if (edits === null || tried.has(key)) continue;
        tried.add(key);
        const after = writtenAfter(path, edits);
        assert.ok(
          after.some((written) => written.endsWith('quay.io/some/where:1.10')),
          `${path} ${position.line}:${position.character}: ${after.join(', ')}`,
        );
      }
    });
});
