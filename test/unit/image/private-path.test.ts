import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesImage } from '../../../server/src/core/image/globs.ts';
import { ecrRepositoryProblem } from '../../../server/src/core/image/hosts.ts';
import { normalize } from '../../../server/src/core/image/normal.ts';
import { parseReference } from '../../../server/src/core/image/parse.ts';
import {
  collisions,
  type PrivatePathConfig,
  privatePath,
  rewriteProblem,
} from '../../../server/src/core/image/private-path.ts';
import type { NormalReference } from '../../../server/src/core/image/reference.ts';
import { runs } from '../../support/vectors.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const digest = `sha256:${'ab'.repeat(32)}`;

function normal(text: string): NormalReference {
  const result = parseReference(text);
  assert.ok(result.ok, text);
  return normalize(result.reference);
}

const config: PrivatePathConfig = {
  registries: [
    { endpoint: ecr, rewrite: 'demo-apps/{name}' },
    { endpoint: '111122223333.dkr.ecr.us-east-1.amazonaws.com' },
  ],
  rewrites: [
    { from: 'quay.io/acme/**', to: `${ecr}/acme/{name}` },
    { from: 'quay.io/**', to: `${ecr}/{host}/{path}` },
  ],
  keepPublic: ['registry.k8s.io/**', 'busybox'],
};

test('the first rewrite that matches wins, else the first registry', () => {
  const to = (text: string): string | undefined => privatePath(normal(text), config)?.target;
  assert.equal(to('nginx'), `${ecr}/demo-apps/nginx`);
  assert.equal(to(`nginx:1.2@${digest}`), `${ecr}/demo-apps/nginx:1.2@${digest}`);
  assert.equal(to('quay.io/acme/team/api:1'), `${ecr}/acme/api:1`);
  assert.equal(to('quay.io/other/api:1'), `${ecr}/quay.io/other/api:1`);
  assert.equal(to('registry.k8s.io/pause:3'), undefined);
  assert.equal(to('docker.io/library/busybox:1'), undefined);
  assert.equal(to(`${ecr}/other/x:1`), undefined);
});

test('placeholders name last part, whole path and registry', () => {
  const to = (rewrite: string, text: string): string | undefined =>
    privatePath(normal(text), { registries: [{ endpoint: ecr, rewrite }] })?.repository;
  assert.equal(to('{path}', 'nginx'), 'library/nginx');
  assert.equal(to('{host}/{path}', 'localhost:5000/a/b'), 'localhost-5000/a/b');
  assert.equal(to('m/{host}-{name}', '[::1]:80/a/b'), 'm/1-80-b');
  assert.equal(to('', 'ghcr.io/a/api'), 'api');
  assert.equal(to('', 'ghcr.io/a/b'), undefined, 'ECR takes no name of one letter');
  assert.equal(to('{nam}', 'ghcr.io/a/b'), undefined);
  assert.equal(to('Upper/{name}', 'ghcr.io/a/b'), undefined);
});

test('every private path in ECR is a repository name that ECR takes', () => {
  const host = fc.constantFrom('quay.io', 'localhost:5000', 'HOST', '[::1]:1', 'a-b.c');
  const template = fc.constantFrom('{name}', '{path}', '{host}/{path}', '{host}', 'x', 'x-{name}', '{name}/');
  fc.assert(
    fc.property(
      host,
      fc.constantFrom('a', 'a/b', 'a__b/c', 'x'.repeat(250)),
      template,
      (domain, path, rewrite) => {
        const found = privatePath(
          { domain, path, tag: null, digest: null },
          { registries: [{ endpoint: ecr, rewrite }] },
        );
        if (found === null) return;
        assert.equal(ecrRepositoryProblem(found.repository), null, found.repository);
        assert.deepEqual(normal(found.target), {
          domain: ecr,
          path: found.repository,
          tag: null,
          digest: null,
        });
      },
    ),
    runs(200),
  );
});

test('two sources with one private path collide, two tags of one source do not', () => {
  const move = (text: string) => {
    const source = normal(text);
    const target = privatePath(source, { registries: [{ endpoint: ecr }] });
    assert.ok(target !== null);
    return { source, target };
  };
  assert.deepEqual(collisions([move('nginx:1'), move('docker.io/library/nginx:2'), move('redis')]), []);
  assert.deepEqual(collisions([move('nginx:1'), move('quay.io/other/nginx:2'), move('redis')]), [
    { repository: `${ecr}/nginx`, sources: ['docker.io/library/nginx', 'quay.io/other/nginx'] },
  ]);
});

test('templates that can make no repository name are told why', () => {
  assert.equal(rewriteProblem('demo-apps/{name}', ecr), null);
  assert.equal(rewriteProblem(`${ecr}/{host}/{path}`, null), null);
  assert.match(rewriteProblem('{nmae}', ecr) ?? '', /\{nmae\}.*\{name\}/);
  assert.match(rewriteProblem('nginx', null) ?? '', /names no repository/);
  assert.match(rewriteProblem('Demo/{name}', ecr) ?? '', /lower case/);
  assert.match(rewriteProblem('demo/', ecr) ?? '', /empty/);
});

test('patterns match the full name and the short one, with ** across slashes', () => {
  const rows: [string, string, boolean][] = [
    ['quay.io/acme/**', 'quay.io/acme/a/b:1', true],
    ['quay.io/acme/*', 'quay.io/acme/a/b:1', false],
    ['nginx', 'nginx:1', true],
    ['docker.io/library/*', 'nginx', true],
    ['**/my-app/*', `${ecr}/my-app/api:1`, true],
    ['registry.k8s.io/pause:3.*', 'registry.k8s.io/pause:3.9', true],
    ['registry.k8s.io/pause:3.*', 'registry.k8s.io/pause:2', false],
    ['localhost:5000/**', 'localhost:5000/a', true],
    ['', 'nginx', false],
  ];
  for (const [pattern, text, expected] of rows)
    assert.equal(matchesImage(pattern, normal(text)), expected, `${pattern} ${text}`);
});
