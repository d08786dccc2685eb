import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { singleDocuments } from '../../server/src/core/kots/layers/documents.ts';
import { renderedFiles } from '../../server/src/core/kots/layers/rendered.ts';
import type { Layers } from '../../server/src/core/kots/layers/types.ts';
import { writeLayers } from '../../server/src/core/kots/layers/write-layers.ts';
import { resourcesOf } from '../../server/src/core/kustomize/resource.ts';
import { type Plain, parsePlain } from '../../server/src/core/manifest/plain.ts';
import { scenario } from '../unit/kots/support.ts';

const kustomize = process.env.WAYBILL_KUSTOMIZE ?? 'kustomize';

/**
 * The version of the real kustomize, or null where there is none. It is looked for in WAYBILL_KUSTOMIZE and on the PATH
 * (`go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1`, of which KOTS has the library).
 */
export function kustomizeVersion(): string | null {
  const run = spawnSync(kustomize, ['version'], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.trim() : null;
}

/** Every folder that holds manifests; charts aside, and what KOTS made of a release. */
export function releaseFolders(root: string): string[] {
  const folders = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => entry.parentPath)
    .filter(
      (folder) =>
        !/\/(?:charts?|templates|wantResults|userdata)(?:\/|$)|\/kots-pull-cases\/[^/]+$/.test(folder),
    );
  return [...new Set(folders)].sort();
}

/** A release under a scenario that depends on a seed: which images are private, and whether there is a local registry. */
export function seededLayers(release: ReadonlyMap<string, string>, seed: number): Layers {
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
export function differenceOf({ files, problems }: Layers): string | null {
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

/** The YAML files of a release's folder, by path. */
export const releaseIn = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );

function plainIn(text: string): Plain {
  const read = parsePlain(text);
  assert.ok(read.ok, read.ok ? '' : read.message);
  return read.value;
}
