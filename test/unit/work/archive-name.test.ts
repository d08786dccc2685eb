import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArchiveName } from '../../../server/src/work/mirror/archive/name.ts';

const cases: readonly (readonly [text: string, path: string | null, reference?: string])[] = [
  ['oci:image', 'image'],
  ['oci:/tmp/image:1.0', '/tmp/image', '1.0'],
  ['oci:image:', 'image'],
  ['oci:', ''],
  ['oci:image:docker.io/acme/api:1.0', 'image', 'docker.io/acme/api:1.0'],
  [`oci:image:sha256:${'a'.repeat(64)}`, 'image', `sha256:${'a'.repeat(64)}`],
  ['oci-archive:image.tar:1.0', 'image.tar', '1.0'],
  ['docker-archive:image.tar', 'image.tar'],
  ['docker-archive:image.tar:localhost:5000/api:1.0', 'image.tar', 'localhost:5000/api:1.0'],
  ['docker-archive:image.tar:@1', 'image.tar', '@1'],
  ['oci:C:\\images\\api:1.0', 'C:\\images\\api', '1.0'],
  ['oci:C:\\images\\api', 'C:\\images\\api'],
  ['./image', './image'],
  ['../image', '../image'],
  ['/tmp/image', '/tmp/image'],
  ['.', '.'],
  ['..', '..'],
  ['C:\\images\\api', 'C:\\images\\api'],
  ['image.tar', 'image.tar'],
  ['out/image.tar', 'out/image.tar'],
  ['./image:1.0', './image:1.0'],
  ['image.tar.gz', 'image.tar.gz'],
  ['image.tgz', 'image.tgz'],
  ['nginx', null],
  ['nginx:1.25', null],
  ['acme/api', null],
  ['docker.io/acme/api:1.0', null],
  ['localhost:5000/api:1.0', null],
  ['oci/api:1.0', null],
  ['.../image', null],
  ['docker:nginx', null],
  ['', null],
];

for (const [text, path, reference = null] of cases)
  test(`${JSON.stringify(text)} is ${path === null ? 'no archive' : `${path} and ${reference}`}`, () =>
    assert.deepEqual(parseArchiveName(text), path === null ? null : { path, reference }));
