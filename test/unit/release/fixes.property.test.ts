import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { bulkEdits, fileEdits } from '../../../server/src/core/features/fixes.ts';
import { type PlacedProblem, problemsOf } from '../../../server/src/core/features/problems.ts';
import { readUses } from '../../../server/src/core/release/reading.ts';
import type { Fix } from '../../../server/src/core/rules/rule.ts';
import type { Session } from '../../../server/src/core/session/session.ts';
import { releaseFile, type Snapshot } from '../../../server/src/core/session/snapshot.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { ecr, sessionOf } from '../../support/release.ts';
import { runs } from '../../support/vectors.ts';
import type { SaidOfWorld } from '../../support/world.ts';

const zeros = `sha256:${'0'.repeat(64)}`;
const images = [
  'nginx',
  'nginx:1.27',
  'docker.io/library/redis:7',
  'quay.io/acme/nginx:2',
  'index.docker.io/acme/web:1.0',
  'Quay.io/Acme/Web:1.0',
  ' quay.io/acme/web:1.0',
  'https://quay.io/acme/web:1.0',
  `${ecr}/demo-apps/api:v1.4.2`,
  `${ecr}/demo-apps/apis:1.4.2`,
  `${ecr}/demo-apps/api:1.4.2`,
  `${ecr}/demo-apps/api`,
  `${ecr}/demo-apps/api@${zeros}`,
  `${ecr}/demo-apps/api:1.4.2@${zeros}`,
  '429114214526.dkr.ecr.us-east-1.amazonaws.com/demo-apps/api:1.4.2',
  '4291142145266.dkr.ecr.us-east-2.amazonaws.com/demo-apps/api:1.4.2',
  `proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api:v1.4.2`,
  `proxy.replicated.com/proxy/other/${ecr}/demo-apps/api:1.4.2`,
  `proxy.replicated.com/proxy/acme/proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api:1.4.2`,
  'nginx:$TAG',
  "nginx:repl{{ ConfigOption 'tag' }}",
] as const;

/** Ways to write a text at some indentation; null where the text cannot be written so. */
const styles: readonly ((text: string, indent: string) => string | null)[] = [
  (text) => (/^[\w][\w./:@-]*$/.test(text) ? text : null),
  (text) => `'${text.replaceAll("'", "''")}'`,
  (text) => (text.includes('repl') ? null : JSON.stringify(text)),
  (text) => (text.includes('repl') ? null : `"${text.replaceAll('/', '\\/').replace('a', '\\x61')}"`),
  (text, indent) => (/^\S+$/.test(text) ? `>-\n${indent}  ${text}` : null),
  (text, indent) => (/^\S+$/.test(text) ? `|-  # kept\n${indent}   ${text}` : null),
  (text) => `!!str '${text.replaceAll("'", "''")}'`,
];

const written = (indent: string) =>
  fc
    .tuple(fc.constantFrom(...images), fc.constantFrom(...styles))
    .map(([text, style]) => style(text, indent) ?? `'${text.replaceAll("'", "''")}'`);

const comment = fc.constantFrom('', ' # a comment', '  # 🚚 "quotes" and: colons');

const podText = fc
  .array(fc.tuple(written('      '), comment, fc.nat(3)), { minLength: 1, maxLength: 5 })
  .map((containers) => {
    const lines = containers.map(([value, behind, kind], i) => {
      const block = /^[|>]/.test(value);
      if (kind === 0 && !block) return `    - { "name": "🚀${i}", image: ${value} }${behind}`;
      if (kind === 1 && !block && !value.startsWith('!'))
        return `    - name: c${i}\n      image: &a${i} ${value}${behind}\n    - image: *a${i}`;
      return `    - name: c${i}\n\n      image: ${value}${block ? '' : behind}\n      tty: true`;
    });
    return `apiVersion: v1\nkind: Pod\nmetadata: { name: a } # the pod\nspec:\n  containers:\n${lines.join('\n')}\n`;
  });

const chartText = fc
  .array(
    fc.tuple(
      fc.constantFrom('docker.io', 'quay.io', ecr),
      fc.constantFrom('acme/web', 'demo-apps/api', 'library/nginx'),
      fc.constantFrom('v1.4.2', '1.4.2', '1.27'),
      fc.nat(2),
      comment,
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => {
    const values = parts.map(([registry, path, tag, kind, behind], i) => {
      const key = `    v${i}:`;
      if (kind === 0)
        return `${key}\n      image:\n        repository: ${registry}/${path}${behind}\n        tag: "${tag}"`;
      if (kind === 1)
        return `${key} { image: { registry: ${registry}, repository: '${path}', tag: ${tag} } }${behind}`;
      return `${key}\n      registry: "${registry}"\n      image: ${path}:${tag}${behind}`;
    });
    return `apiVersion: kots.io/v1beta1\nkind: HelmChart\nmetadata: { name: a }\nspec:\n  values:\n${values.join('\n')}\n`;
  });

const embeddedText = fc
  .tuple(written('                '), comment)
  .map(
    ([value, behind]) =>
      `apiVersion: embeddedcluster.replicated.com/v1beta1\nkind: Config\nspec:\n  extensions:\n    helm:\n      charts:\n        - values: |\n            # inner\n            web:\n              a:\n                image: ${value}${/^[|>]/.test(value) ? '' : behind}\n            last: 1\n`,
  );

const fileText = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: podText }, chartText, embeddedText), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([documents, lineEnd]) => documents.join('---\n').replaceAll('\n', lineEnd));

const answers = ['exists', 'absent tag', 'absent repository', 'absent digest', 'unreachable'];
const world: fc.Arbitrary<SaidOfWorld> = fc
  .array(fc.constantFrom(...answers, null), { minLength: 12, maxLength: 12 })
  .map((said) => {
    const names = [
      'demo-apps/api:v1.4.2',
      'demo-apps/apis:1.4.2',
      'demo-apps/api:1.4.2',
      'demo-apps/api:latest',
      `demo-apps/api@${zeros}`,
      `demo-apps/api:1.4.2@${zeros}`,
      'demo-apps/nginx:latest',
      'demo-apps/nginx:1.27',
      'demo-apps/redis:7',
      'demo-apps/web:1.0',
      'demo-apps/web:1.4.2',
      'demo-apps/api:1.27',
    ];
    const known = names.flatMap((name, i) => (said[i] == null ? [] : [[`${ecr}/${name}`, said[i]] as const]));
    return {
      ...Object.fromEntries(known),
      [ecr]: ['demo-apps/api', 'demo-apps/web'],
      [`${ecr}/demo-apps/api`]: ['1.4.2', '1.4.1'],
    };
  });

interface Value {
  readonly path: string;
  readonly text: string;
}

/** Every scalar of a text by its path, as a parser of somebody else's reads it; aliases by what they stand for. */
function valuesOf(text: string): Value[] {
  return parseAllDocuments(text, { logLevel: 'silent' }).flatMap((document, index) => {
    assert.deepEqual(document.errors, [], text);
    const found: Value[] = [];
    const visit = (value: unknown, path: string): void => {
      if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, `${path}[${i}]`);
      else if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
      else found.push({ path, text: `${typeof value} ${String(value)}` });
    };
    visit(document.toJS(), `${index}:`);
    return found;
  });
}

/** The paths at which two texts differ; a text inside a string is read as YAML, too. */
function changedPaths(before: string, after: string): string[] {
  const a = valuesOf(before);
  const b = valuesOf(after);
  assert.deepEqual(
    b.map(({ path }) => path),
    a.map(({ path }) => path),
  );
  return a.flatMap(({ path, text }, i) => {
    const now = b[i]?.text ?? '';
    if (text === now) return [];
    if (!path.endsWith('.values')) return [path];
    return changedPaths(text.replace('string ', ''), now.replace('string ', '')).map(
      (inner) => `${path}${inner.replace(/^0:/, '')}`,
    );
  });
}

/** Where the parts of a fix's use stand, as paths of values; an anchored one with those of its aliases. */
function partPaths(fix: Fix, index: number, text: string): string[] {
  const { field, parts } = fix.read.use;
  const parent = field.replace(/\.[^.]+$/, '');
  const own = Object.keys(parts).map((part) => `${index}:.${parent}.${part}`);
  // The alias of an anchored container follows right behind it.
  const next = field.replace(/\[(\d+)\]\.image$/, (_, i) => `[${Number(i) + 1}].image`);
  return text.includes('*a') ? [...own, `${index}:.${next}`] : own;
}

const sessionFor = (text: string, said: SaidOfWorld): Session =>
  sessionOf({ 'a.yaml': text, 'app.yaml': 'apiVersion: kots.io/v1beta1\nkind: Application\n' }, said);

/** The errors of the file, by the use that they are about. */
function errorsOf(snapshot: Snapshot): Map<string, string> {
  const errors = new Map<string, string>();
  const at = releaseFile(snapshot, 'a.yaml');
  for (const { problem, document, offset } of problemsOf(snapshot, 'a.yaml')) {
    if (problem.severity !== 'error' || at === null) continue;
    const use = readUses(document, at.role, at.release.context).find(
      (read) => read.use.span === problem.span,
    );
    const index = at.file.documents.findIndex((slice) => slice.offset === offset);
    errors.set(`${index} ${use?.use.field} ${problem.rule}`, problem.message);
  }
  return errors;
}

/** Applies one fix and holds what becomes of the text against what the fix says. */
function holdFix(
  text: string,
  said: SaidOfWorld,
  snapshot: Snapshot,
  placed: PlacedProblem,
  fix: Fix,
): boolean {
  const at = releaseFile(snapshot, 'a.yaml');
  const edits = at === null ? null : fileEdits(at, placed.document, fix);
  if (at === null || edits === null) return false;
  const after = applyEdits(text, edits);
  const index = at.file.documents.findIndex(({ offset }) => offset === placed.offset);
  const allowed = partPaths(fix, index, text);
  const changed = changedPaths(text, after);
  assert.ok(changed.length > 0);
  for (const path of changed)
    assert.ok(allowed.includes(path), `${fix.title} changed ${path}\n${text}\n${after}`);
  for (const kept of ['\r\n', '\n', '#', '🚀', 'tty', '!!str'])
    assert.equal(after.split(kept).length, text.split(kept).length, `${kept}\n${text}\n${after}`);

  const file = releaseFile(sessionFor(after, said).snapshot, 'a.yaml');
  const document = file?.file.documents[index]?.document;
  assert.ok(file && document);
  const read = readUses(document, file.role, file.release.context).find(
    ({ use }) => use.field === fix.read.use.field,
  );
  const { repository, tag, digest, text: whole } = fix.rewrite;
  const now = read?.reference;
  if (whole !== undefined) assert.equal(read?.use.written, whole);
  if (repository !== undefined)
    assert.equal(`${now?.domain}/${now?.path}`, `${repository.host}/${repository.path}`);
  if (whole === undefined) assert.equal(now?.tag, tag === undefined ? fix.read.reference?.tag : tag);
  if (whole === undefined)
    assert.equal(now?.digest, digest === undefined ? fix.read.reference?.digest : digest);
  return true;
}

describe('fixes in any release', () => {
  test('change the value that they are for and nothing else, to what they say', () => {
    let held = 0;
    fc.assert(
      fc.property(fileText, world, (text, said) => {
        const { snapshot } = sessionFor(text, said);
        for (const placed of problemsOf(snapshot, 'a.yaml'))
          for (const fix of placed.problem.fixes) if (holdFix(text, said, snapshot, placed, fix)) held++;
      }),
      runs(150),
    );
    assert.ok(held > 300, `${held} fixes`);
  });

  test('applied in bulk bring no new error, and leave what they are not for', () =>
    fc.assert(
      fc.property(fileText, world, fc.boolean(), (text, said, unverified) => {
        const { snapshot } = sessionFor(text, said);
        const { edits, fixed } = bulkEdits(snapshot, ['a.yaml'], { unverified });
        const after = applyEdits(text, edits);
        assert.ok(
          changedPaths(text, after).every((path) => /(image|registry|repository|tag|digest)$/.test(path)),
        );
        const before = errorsOf(snapshot);
        for (const [error, message] of errorsOf(sessionFor(after, said).snapshot))
          assert.ok(before.has(error), `new: ${error}: ${message}\n${text}\n${after}`);
        if (edits.length > 0) assert.ok(fixed.length > 0);
      }),
      runs(150),
    ));
});
