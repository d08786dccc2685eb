import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLoose } from '../../../server/src/core/image/loose.ts';
import { canonical } from '../../../server/src/core/image/normal.ts';
import { parseReference } from '../../../server/src/core/image/parse.ts';
import { type PeelOptions, type Proxied, peel } from '../../../server/src/core/image/proxied.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

function peeled(text: string, options: PeelOptions = {}): Proxied | null {
  const result = parseReference(text);
  assert.ok(result.ok, text);
  const proxied = peel(result.reference, options);
  if (proxied !== null) {
    const { start, end } = proxied.upstreamSpan;
    assert.equal(text.slice(start, end), proxied.upstreamText);
  }
  return proxied;
}

const upstream = (text: string, options: PeelOptions = {}): string | null => {
  const found = peeled(text, options)?.upstream ?? null;
  return found === null ? null : canonical(found, { defaultTag: false });
};

test('a proxied reference is peeled to its upstream, Docker Hub where it names no host', () => {
  assert.equal(
    upstream(`proxy.replicated.com/proxy/app/${ecr}/demo-apps/nginx:1`),
    `${ecr}/demo-apps/nginx:1`,
  );
  assert.equal(upstream('proxy.replicated.com/proxy/app/busybox'), 'docker.io/library/busybox');
  assert.equal(upstream('proxy.replicated.com/proxy/app/acme/api:2'), 'docker.io/acme/api:2');
  assert.equal(upstream('proxy.replicated.com/proxy/app/docker.io/nginx'), 'docker.io/library/nginx');
  assert.equal(upstream('proxy.replicated.com/anonymous/quay.io/a/b'), 'quay.io/a/b');
  const acme = { proxyDomain: 'proxy.acme.com' };
  assert.equal(upstream('proxy.acme.com/proxy/app/quay.io/a/b', acme), 'quay.io/a/b');
});

test('the app in the path is given with its place', () => {
  const text = 'proxy.replicated.com/proxy/my-app/quay.io/a/b:1';
  const found = peeled(text);
  assert.equal(found?.appSlug, 'my-app');
  assert.equal(text.slice(found?.appSlugSpan?.start, found?.appSlugSpan?.end), 'my-app');
  assert.equal(found?.upstreamText, 'quay.io/a/b:1');
});

test('Replicated’s own images and incomplete paths have no upstream', () => {
  assert.deepEqual(
    [peeled('proxy.replicated.com/library/replicated-sdk-image:1')].map((p) => [p?.form, p?.upstream]),
    [['library', null]],
  );
  assert.equal(peeled('proxy.replicated.com/proxy/app')?.upstream, null);
  assert.equal(peeled('proxy.replicated.com/proxy')?.appSlug, null);
  assert.equal(peeled('proxy.replicated.com/quay.io/a/b')?.form, 'other');
});

test('a reference that goes through the proxy twice shows it', () => {
  const text = 'proxy.acme.com/proxy/app/proxy.replicated.com/proxy/other/quay.io/x/y:1';
  const found = peeled(text, { proxyDomain: 'proxy.acme.com' });
  assert.equal(found?.inner?.appSlug, 'other');
  assert.equal(text.slice(found?.inner?.appSlugSpan?.start, found?.inner?.appSlugSpan?.end), 'other');
  assert.equal(found?.inner?.upstreamText, 'quay.io/x/y:1');
  assert.equal(found?.inner?.inner, null);
  assert.equal(peeled('proxy.replicated.com/proxy/app/quay.io/x/y')?.inner, null);
});

test('the name of a linked registry stands for its endpoint', () => {
  const options = { registryNames: { 'my-ecr': ecr } };
  assert.equal(
    upstream('proxy.replicated.com/proxy/app/my-ecr/demo-apps/nginx', options),
    `${ecr}/demo-apps/nginx`,
  );
  assert.equal(upstream('proxy.replicated.com/proxy/app/acme/api', options), 'docker.io/acme/api');
});

test('other registries are not peeled, and an unknown tag is carried as written', () => {
  assert.equal(peeled('quay.io/proxy/app/docker.io/nginx'), null);
  assert.equal(peeled('proxy.acme.com/proxy/app/quay.io/a/b'), null);
  assert.equal(peeled('proxy/app/nginx'), null);
  const loose = parseLoose('proxy.replicated.com/proxy/app/quay.io/a/b:$TAG');
  assert.ok(loose.ok);
  assert.equal(peel(loose.reference)?.upstream?.tag, '$TAG');
});
