import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Branches } from '../../../server/src/core/manifest/duplicate-keys.ts';
import { ManifestFile } from '../../../server/src/core/manifest/file.ts';
import type { ManifestDocument, YamlNode } from '../../../server/src/core/manifest/node.ts';
import { root, shared } from '../../support/paths.ts';

/** What test/oracle/corpus prints: how Go's text/template and a Go YAML library read each file. */
interface Golden {
  readonly go: string;
  readonly files: Readonly<Record<string, { source: string; error?: string; documents?: readonly string[] }>>;
}

const corpus = shared === null ? null : join(shared, 'corpus');
const absent = corpus === null || !existsSync(corpus) ? 'no ../shared/corpus beside the repository' : false;
const separator = '\x1f';

test('every corpus file parses without a false problem, and reads as its rendered text', {
  skip: absent,
}, (t) => {
  const golden = JSON.parse(readFileSync(join(root, 'test/fixtures/manifest/corpus.json'), 'utf8')) as Golden;
  compare(t, golden, 'the committed golden file');
});

test('the same against Go itself', { skip: absent || withoutGo() }, (t) => {
  const out = execFileSync('go', ['run', './corpus', corpus as string], {
    cwd: join(root, 'test/oracle'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  compare(t, JSON.parse(out) as Golden, 'Go');
});

/** Why the oracle cannot be run here, or false. */
function withoutGo(): string | false {
  const go = spawnSync('go', ['build', '-o', '/dev/null', './corpus'], {
    cwd: join(root, 'test/oracle'),
    timeout: 120_000,
    encoding: 'utf8',
  });
  if (go.error !== undefined) return 'no Go on the PATH';
  return go.status === 0 ? false : 'the modules of test/oracle cannot be had';
}

function compare(t: TestContext, golden: Golden, by: string): void {
  const paths = walk(corpus as string);
  assert.deepEqual(
    paths.map((path) => relative(corpus as string, path).replaceAll('\\', '/')).sort(),
    Object.keys(golden.files).sort(),
    'the corpus holds other files than the golden file: run test/oracle/corpus again',
  );
  const failures: string[] = [];
  let files = 0;
  let compared = 0;
  let templated = 0;
  let elsewhere = 0;
  for (const path of paths) {
    const name = relative(corpus as string, path).replaceAll('\\', '/');
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
      const known = new Set(expected.documents?.[i]?.split(' '));
      const seen = untemplated(document);
      templated += seen.templated;
      elsewhere += seen.elsewhere;
      for (const { path: place, value } of seen.scalars) {
        compared++;
        if (!known.has(digest(`${place}${separator}${separator}${value}`)))
          failures.push(`${name}: ${place.replaceAll(separator, '/')} is not ${JSON.stringify(value)}`);
      }
    });
  }
  t.diagnostic(
    `${files} files, ${compared} scalars compared with ${by} (${golden.go}), ${failures.length} failures; ` +
      `${templated} scalars hold templates, ${elsewhere} stand in an else branch`,
  );
  assert.deepEqual(failures, []);
  assert.ok(files >= 200 && compared >= 4000, 'too little was compared');
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
    if (node === null) return;
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
