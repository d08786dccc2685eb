import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { renderChart } from '../../../server/src/core/helm/render.ts';
import {
  isPlainMap,
  type Plain,
  type PlainMap,
  parsePlain,
} from '../../../server/src/core/manifest/plain.ts';
import type { HelmCase, HelmMade } from '../../oracle/helm/cases.ts';
import { root } from '../../support/paths.ts';

/** Charts, and what Helm's own packages made of them; see test/oracle/helm. */
const golden = JSON.parse(readFileSync(join(root, 'test/fixtures/helm/charts.json'), 'utf8')) as (HelmCase & {
  readonly made: HelmMade;
})[];

const plain = (text: string): Plain => {
  const read = parsePlain(text);
  assert.ok(read.ok);
  return read.value;
};
const mapIn = (text: string): PlainMap => {
  const value = plain(text);
  return isPlainMap(value) ? value : {};
};

const made = ({ files, values, release, namespace }: HelmCase): HelmMade => {
  const rendered = renderChart(
    {
      metadata: plain(files['Chart.yaml'] ?? ''),
      values: mapIn(files['values.yaml'] ?? ''),
      templates: new Map(Object.entries(files).filter(([path]) => path.includes('templates/'))),
    },
    { name: release, namespace, values: mapIn(values) },
    (path) => path.startsWith('templates/') && !path.endsWith('NOTES.txt'),
  );
  if (!rendered.ok) return { err: rendered.message };
  const { manifests, hooks } = rendered;
  return {
    ...(manifests.length === 0
      ? {}
      : { manifest: manifests.map(({ path, text }) => `---\n# Source: ${path}\n${text}\n`).join('') }),
    ...(hooks.length === 0 ? {} : { hooks: hooks.map(({ path, text }) => ({ path, text })) }),
  };
};

/** Of YAML that cannot be read Helm tells in its parser's words, and we in ours. */
const inOurWords = /YAML parse error on|error converting YAML/;

describe('charts are rendered as Helm renders them', () => {
  for (const one of golden)
    test(one.name, () => {
      const found = made(one);
      if (inOurWords.test(one.made.err ?? '')) assert.match(found.err ?? '', inOurWords);
      else assert.deepEqual(found, one.made);
    });
});
