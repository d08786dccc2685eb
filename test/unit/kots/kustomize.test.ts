import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { singleDocuments } from '../../../server/src/core/kots/layers/documents.ts';
import { renderedFiles } from '../../../server/src/core/kots/layers/rendered.ts';
import type { Layers } from '../../../server/src/core/kots/layers/types.ts';
import { writeLayers } from '../../../server/src/core/kots/layers/write-layers.ts';
import { resourcesOf } from '../../../server/src/core/kustomize/resource.ts';
import { type Plain, parsePlain } from '../../../server/src/core/manifest/plain.ts';
import { generatedRelease } from '../../support/generated-release.ts';
import { shared } from '../../support/paths.ts';
import { scenario } from './support.ts';

/**
 * Our rendered/ beside what the real kustomize builds of the same overlays. It is looked for in WAYBILL_KUSTOMIZE and
 * on the PATH (`go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1`, of which KOTS has the library).
 */
const kustomize = process.env.WAYBILL_KUSTOMIZE ?? 'kustomize';
const absent =
  spawnSync(kustomize, ['version']).error === undefined
    ? false
    : 'no kustomize in WAYBILL_KUSTOMIZE or on the PATH';

const seeds = Number(process.env.WAYBILL_SEEDS ?? 200);

test(`kustomize builds the same from ${seeds} generated releases`, { skip: absent }, () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const layers = layersOf(generatedRelease(seed), seed);
    const difference = differenceOf(layers);
    if (difference !== null) wrong.push(`seed ${seed}: ${difference}`);
  }
  assert.deepEqual(wrong, []);
});

test('kustomize builds the same where objects patch each other', { skip: absent }, () => {
  const wrong: string[] = [];
  for (let seed = 1001; seed <= 1000 + seeds / 2; seed++) {
    const difference = differenceOf(layersOf(generatedRelease(seed, true), seed));
    if (difference !== null) wrong.push(`seed ${seed}: ${difference}`);
  }
  assert.deepEqual(wrong, []);
});

const corpus = shared === null ? null : join(shared, 'corpus');

test('kustomize builds the same from every release of the corpus', {
  skip: absent || !existsSync(corpus ?? ''),
}, () => {
  const wrong: string[] = [];
  let compared = 0;
  for (const folder of releaseFolders(corpus as string)) {
    const release = new Map(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
    );
    const layers = layersOf(release, 1);
    compared += [...layers.files.keys()].filter((path) => path.startsWith('rendered/')).length;
    const difference = differenceOf(layers);
    if (difference !== null) wrong.push(`${folder.slice((corpus as string).length + 1)}: ${difference}`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(compared > 60, `${compared} objects`);
});

/** Every folder that holds manifests; charts aside, and what KOTS made of a release. */
function releaseFolders(root: string): string[] {
  const folders = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => entry.parentPath)
    .filter(
      (folder) =>
        !/\/(?:charts?|templates|wantResults|userdata)(?:\/|$)|\/kots-pull-cases\/[^/]+$/.test(folder),
    );
  return [...new Set(folders)].sort();
}

function layersOf(release: ReadonlyMap<string, string>, seed: number): Layers {
  const localRegistry =
    seed % 3 === 0 ? { host: 'reg.corp:5000', namespace: 'team/app', username: 'u' } : null;
  return writeLayers(
    release,
    scenario({
      localRegistry,
      isPrivate: (image) => ({ private: (image.length + seed) % 3 > 0, assumed: false }),
    }),
    {
      // What templates give does not matter here.
      renderTemplates: (_, text) => text.replace(/(?:repl\{\{|\{\{repl)[\s\S]*?\}\}/g, 'true'),
    },
  );
}

/** Where our rendered files and kustomize's differ, or null. */
function differenceOf({ files, problems }: Layers): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-layers-'));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const run = spawnSync(kustomize, ['build', join(folder, 'overlays/downstreams/this-cluster')], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (run.status !== 0)
      return problems.some(({ effect }) => effect === 'refused')
        ? null
        : (run.stderr.split('\nError')[1] ?? '');
    const theirs = [...singleDocuments(run.stdout)];
    const named = renderedFiles(theirs.flatMap((text) => resourcesOf(plainIn(text), '')));
    const ours = new Map(
      [...files]
        .filter(([path]) => path.startsWith('rendered/this-cluster/'))
        .map(([path, text]) => [path.slice('rendered/this-cluster/'.length), text]),
    );
    assert.deepEqual([...ours.keys()], [...named.keys()]);
    let byte = 0;
    for (const [index, [path, text]] of [...ours].entries()) {
      const their = theirs[index] ?? '';
      assert.deepEqual(plainIn(text), plainIn(their), path);
      if (text.trimEnd() !== their.trimEnd() && byte++ === 0)
        return `${path} is written otherwise:\n${text}\n---\n${their}`;
    }
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function plainIn(text: string): Plain {
  const read = parsePlain(text);
  assert.ok(read.ok, read.ok ? '' : read.message);
  return read.value;
}
