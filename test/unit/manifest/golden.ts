import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { Branches } from '../../../server/src/core/manifest/duplicate-keys.ts';
import { ManifestFile } from '../../../server/src/core/manifest/file.ts';
import type { ManifestDocument, YamlNode } from '../../../server/src/core/manifest/node.ts';

/** What test/oracle/corpus prints: how Go's text/template and a Go YAML library read each file. */
export interface Golden {
  readonly go: string;
  readonly files: Readonly<Record<string, { source: string; error?: string; documents?: readonly string[] }>>;
}

const separator = '\x1f';

/**
 * Holds every scalar without templates below a folder against a golden file, and counts on the test's output.
 *
 * @param atLeast how many files and scalars there must be, so that a test of nothing does not pass.
 */
export function compare(
  t: TestContext,
  folder: string,
  golden: Golden,
  by: string,
  atLeast: { readonly files: number; readonly scalars: number },
): void {
  const paths = walk(folder);
  assert.deepEqual(
    paths.map((path) => relative(folder, path).replaceAll('\\', '/')).sort(),
    Object.keys(golden.files).sort(),
    'the folder holds other files than the golden file: run test/oracle/corpus again',
  );
  const failures: string[] = [];
  let files = 0;
  let compared = 0;
  let templated = 0;
  let elsewhere = 0;
  for (const path of paths) {
    const name = relative(folder, path).replaceAll('\\', '/');
    const text = readFileSync(path, 'utf8');
    const expected = golden.files[name];
    assert.equal(expected?.source, digest(text), `${name} has changed: run test/oracle/corpus again`);
    const documents = ManifestFile.of(text).documents.map(({ document }) => document);
    for (const { problems } of documents)
      for (const { message } of problems) failures.push(`${name}: false problem: ${message}`);
    if (expected.error !== undefined) {
      failures.push(`${name}: the oracle could not read it: ${expected.error}`);
      continue;
    }
    files++;
    const read = documents.filter(
      ({ root: tree }) => tree !== null && !(tree.kind === 'scalar' && tree.value === null),
    );
    if (read.length !== (expected.documents?.length ?? 0))
      failures.push(`${name}: ${read.length} documents, not ${expected.documents?.length ?? 0}`);
    read.forEach((document, i) => {
      const known = new Set(expected.documents?.[i]?.split(' ').filter(Boolean));
      const seen = untemplated(document);
      templated += seen.templated;
      elsewhere += seen.elsewhere;
      for (const { path: place, value } of seen.scalars) {
        compared++;
        if (!known.delete(digest(`${place}${separator}${separator}${value}`)))
          failures.push(`${name}: ${place.replaceAll(separator, '/')} is not ${JSON.stringify(value)}`);
      }
      if (document.templates.length === 0 && known.size > 0)
        failures.push(`${name}: ${known.size} scalars of document ${i} were not found`);
    });
  }
  t.diagnostic(
    `${files} files, ${compared} scalars compared with ${by} (${golden.go}), ${failures.length} failures; ` +
      `${templated} scalars hold templates, ${elsewhere} stand in an else branch`,
  );
  assert.deepEqual(failures, []);
  assert.ok(files >= atLeast.files && compared >= atLeast.scalars, 'too little was compared');
}

/** The scalar values that rendering leaves as they are, with their paths. */
function untemplated(document: ManifestDocument): {
  scalars: { path: string; value: string }[];
  templated: number;
  elsewhere: number;
} {
  const out = { scalars: [] as { path: string; value: string }[], templated: 0, elsewhere: 0 };
  const branches = new Branches(document.templates);
  const visit = (node: YamlNode | null, path: string): void => {
    if (node === null) {
      // What a template lays out may stand where nothing seems to; else it is a null to Go too.
      if (document.templates.length === 0) out.scalars.push({ path, value: '' });
      return;
    }
    switch (node.kind) {
      case 'scalar':
        if (node.templates.length > 0) out.templated++;
        else if (branches.inElse(node.span.start)) out.elsewhere++;
        else out.scalars.push({ path, value: node.text });
        break;
      case 'sequence':
        node.items.forEach((item, i) => {
          visit(item, `${path}${separator}${i}`);
        });
        break;
      case 'map':
        for (const { key, value } of node.entries)
          if (key.templates.length === 0) visit(value, `${path}${separator}${key.text}`);
        break;
      case 'alias':
        break;
    }
  };
  visit(document.root, '');
  return out;
}

const digest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 12);

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return walk(path);
    return /\.ya?ml$/.test(name) ? [path] : [];
  });
}
