import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import type { Report, ReportedImage } from '../../server/src/core/features/report.ts';
import { rules } from '../../server/src/core/rules/index.ts';
import type { Range } from '../../server/src/core/text/span.ts';
import { root } from '../support/paths.ts';
import { check } from './support/cli.ts';
import { labelsIn } from './support/labels.ts';

const folder = join(root, 'samples/labelled');
const labels = labelsIn(folder);

const place = (file: string, { start, end }: Range): string =>
  `${file}:${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;

/** One line for each image and problem, so that a difference can be read. */
const imagesOf = (report: Report): string[] =>
  report.images
    .map(({ file, range, verdict }) =>
      `${place(file, range)} ${verdict.status} ${verdict.detail ?? ''}`.trim(),
    )
    .sort();
const problemsOf = (report: Report): string[] =>
  report.problems
    .map(({ file, range, severity, rule }) => `${place(file, range)} ${severity} ${rule}`)
    .sort();

const labelledImages = labels
  .flatMap(({ file, range, verdict }) =>
    verdict === null ? [] : [`${place(file, range)} ${verdict.status} ${verdict.detail ?? ''}`.trim()],
  )
  .sort();
const labelledProblems = labels
  .flatMap(({ file, range, problems }) =>
    problems.map(({ severity, rule }) => `${place(file, range)} ${severity} ${rule}`),
  )
  .sort();

describe('samples/labelled against the sandbox', () => {
  let sandbox: Sandbox;
  let report: Report;
  before(async () => {
    sandbox = await startSandbox();
    ({ report } = await check([folder], { env: sandbox.env }));
  });
  after(() => sandbox.close());

  test('there are at least 40 uses', () =>
    assert.ok(labelledImages.length >= 40, `${labelledImages.length}`));

  test('every verdict and range is as labelled, and every use is labelled', () =>
    assert.deepEqual(imagesOf(report), labelledImages));

  test('every problem, its severity and range is as labelled, and there is no other', () =>
    assert.deepEqual(problemsOf(report), labelledProblems));

  test('every rule is shown by a label', () => {
    const shown = new Set(report.problems.map(({ rule }) => rule));
    assert.deepEqual(
      rules.map(({ name }) => name).filter((name) => !shown.has(name)),
      [],
    );
  });

  test('every shape meets everything that can be said of an image', () => {
    const met = new Set(report.images.map((image) => `${shapeOf(image)}: ${stateOf(image)}`));
    const wanted = shapes.flatMap((shape) => states.map((state) => `${shape}: ${state}`));
    assert.deepEqual(
      wanted.filter((pair) => !met.has(pair)),
      [],
    );
  });

  test('it ends with 1, because there are errors', async () => {
    const { code } = await check([folder], { env: sandbox.env });
    assert.equal(code, 1);
  });
});

describe('samples/labelled without anybody to ask', () => {
  const provenOnly = (report: Report) => {
    assert.equal(report.images.length, labelledImages.length);
    assert.deepEqual(
      report.images.filter(({ verdict }) => verdict.status === 'absent' || verdict.status === 'exists'),
      [],
    );
    assert.deepEqual(problemsOf(report), labelledProblems.flatMap(unasked).sort());
  };
  /** What is left of a labelled problem where nobody answers: no proof, and no list of the vendor portal. */
  const unasked = (line: string): string[] => {
    if (/ (\w+-not-found|platform-missing|vulnerable-image)$/.test(line)) return [];
    return [
      line.replace(
        / error registry-not-linked$| warning linked-for-another-app$/,
        ' warning registry-not-linked',
      ),
    ];
  };
  const asked = labels.filter(
    ({ verdict }) => verdict !== null && ['exists', 'absent', 'denied', 'throttled'].includes(verdict.status),
  ).length;
  const having = (report: Report, status: string, detail: string | null) =>
    report.images.filter(({ verdict }) => verdict.status === status && verdict.detail === detail).length;

  test('with the sandbox gone nothing is said to be absent', async () => {
    const sandbox = await startSandbox();
    await sandbox.close();
    const { report } = await check([folder], { env: sandbox.env });
    provenOnly(report);
    assert.equal(having(report, 'unreachable', null), asked);
  });

  test('offline nothing is said to be absent', async () => {
    const sandbox = await startSandbox();
    try {
      const { report } = await check([folder, '--offline'], { env: sandbox.env });
      provenOnly(report);
      assert.equal(having(report, 'unchecked', 'offline'), asked);
      assert.equal(sandbox.calls.length, 0);
    } finally {
      await sandbox.close();
    }
  });

  test('without credentials nobody is asked and nothing is said to be absent', async () => {
    const sandbox = await startSandbox();
    try {
      const { report } = await check([folder], { env: { AWS_ENDPOINT_URL_ECR: sandbox.url } });
      provenOnly(report);
      // All but the images of other registries, which are asked as anybody.
      const unable = having(report, 'unchecked', 'no-credentials');
      assert.equal(unable + having(report, 'unreachable', null), asked);
      assert.ok(unable > having(report, 'unreachable', null));
      assert.equal(sandbox.calls.length, 0);
    } finally {
      await sandbox.close();
    }
  });
});

const shapes = ['image', 'repository-tag', 'registry-repository-tag', 'registry-image'];
const states = [
  'exists',
  'absent repository',
  'absent tag',
  'absent digest',
  'denied',
  'throttled',
  'templated',
  'proxied',
  'placeholder',
];

/** How the use is written, told from what the range covers: all of it, its start, or what stands behind the registry. */
function shapeOf({ file, field, range, written }: ReportedImage): string {
  const line = readFileSync(join(folder, file), 'utf8').split(/\r\n|\n/)[range.start.line] ?? '';
  const covered = line.slice(range.start.character, range.end.character);
  const main = field.endsWith('.repository') ? 'repository-tag' : 'image';
  return written.startsWith(covered) ? main : `registry-${main}`;
}

function stateOf({ verdict, written }: ReportedImage): string {
  if (written.startsWith('proxy.')) return 'proxied';
  if (written.includes('{{repl')) return 'templated';
  if (/\$|__/.test(written)) return 'placeholder';
  return verdict.status === 'absent' ? `absent ${verdict.detail}` : verdict.status;
}
