import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertionAt } from '../../../server/src/core/features/insertion.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { LineIndex } from '../../../server/src/core/text/lines.ts';
import { uncaret } from '../../support/caret.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';

const image = { host: ecr, repository: 'demo-apps/nginx', tag: '1.10', digest: null };
const named = `${ecr}/demo-apps/nginx:1.10`;

const values = (lines: string): string =>
  `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: web }
spec:
  values:
    image:
${lines.replace(/^/gm, '      ')}
`;

/** The file after the insertion; null where there is none. */
function insert(marked: string): string | null {
  const { text, position } = uncaret(marked);
  const { snapshot } = sessionOf({ 'a.yaml': text });
  const edits = insertionAt(snapshot, 'a.yaml', position, image);
  const lines = new LineIndex(text);
  return (
    edits &&
    applyEdits(
      text,
      edits.map(({ range: { start, end }, newText }) => ({
        span: { start: lines.offsetAt(start), end: lines.offsetAt(end) },
        newText,
      })),
    )
  );
}

const cases: readonly (readonly [what: string, before: string, after: string | null])[] = [
  ['an image is replaced', pod('quay.io/ac|me/tool:1 # ours'), pod(`${named} # ours`)],
  ['quotes stay', pod('"nginx:1|.27"'), pod(`"${named}"`)],
  ['a digest goes', pod(`|nginx@sha256:${'a'.repeat(64)}`), pod(named)],
  ['a key without a value gets one', pod('|'), pod(named)],
  ['so does one in empty quotes', pod('"|"'), pod(`"${named}"`)],
  ['what is no image name is replaced', pod('nginx:|'), pod(named)],
  [
    'it goes through the proxy where the other did',
    pod('proxy.replicated.com/proxy/acme/quay.io/acme/tool|:1'),
    pod(`proxy.replicated.com/proxy/acme/${named}`),
  ],
  [
    'every key that names a part is changed, with quotes where digits need them',
    values('registry: quay.io\nrepository: acme|/tool\ntag: 2.5'),
    values(`registry: ${ecr}\nrepository: demo-apps/nginx\ntag: '1.10'`),
  ],
  [
    'the caret may be in any of them',
    values('repository: quay.io/acme/tool\ntag: "2.5|"'),
    values(`repository: ${ecr}/demo-apps/nginx\ntag: "1.10"`),
  ],
  ['where there is no key for the tag, nothing is dropped', values('repository: acme/to|ol'), null],
  [
    'elsewhere it is a text',
    pod('nginx').replace('c0', 'c0 # see |'),
    pod('nginx').replace('c0', `c0 # see ${named}`),
  ],
];

for (const [what, before, after] of cases) test(what, () => assert.equal(insert(before), after));
