import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesNamedIn } from '../../../server/src/core/features/named-in.ts';
import { Session } from '../../../server/src/core/session/session.ts';

const session = new Session({ app: 'acme', named: [''] });
session.setFile(
  'pod.yaml',
  `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - image: nginx:1.27
    - image: quay.io/acme/api:1.4
    - image: quay.io/acme/api:1.5
    - image: proxy.replicated.com/proxy/acme/ghcr.io/acme/web:2
`,
);
/** Lines, from 1. */
const lines = (text: string): number[] =>
  placesNamedIn(session.snapshot, ['pod.yaml'], text).map(({ range }) => range.start.line + 1);

const cases: readonly (readonly [string, readonly number[]])[] = [
  ['failed to pull image quay.io/acme/api:1.4: not found', [7]],
  ['failed to pull "docker.io/library/nginx:1.27".', [6]],
  ['failed to pull nginx:1.27', [6]],
  ['quay.io/acme/api is unknown to the registry', [7, 8]],
  ['ghcr.io/acme/web has no such tag', [9]],
  ['quay.io/acme/api:1.45 is not there', []],
  ['registry.example/quay.io/acme/api:1.4x', []],
  ['the disk is full', []],
];
for (const [text, expected] of cases) test(text, () => assert.deepEqual(lines(text), expected));
