import assert from 'node:assert/strict';
import { errorCode, json } from '../support/http.ts';
import { descriptor, digestOf, docker, indexOf, oci, testImage } from '../support/images.ts';
import type { Case } from '../support/suite.ts';
import { locationOf, pushBlob, pushImage, putManifest, type RegistryTarget, to } from './target.ts';

const accept = { accept: [oci.image, oci.index, docker.image, docker.index].join(', ') };

/** Manifests, tags and referrers, by distribution-spec 1.1. */
export const manifestCases: readonly Case<RegistryTarget>[] = [
  {
    name: 'an image comes out by tag and by digest, byte for byte',
    run: async (target) => {
      await target.prepare('manifests/image');
      const image = testImage('byte for byte');
      const digest = digestOf(image.manifest);
      const put = await pushImage(target, 'manifests/image', '1.0', image);
      assert.equal(put.status, 201);
      assert.equal(put.headers['docker-content-digest'], digest);
      assert.ok(locationOf(put).endsWith(`/v2/manifests/image/manifests/${digest}`));
      for (const reference of ['1.0', digest]) {
        const path = `/v2/manifests/image/manifests/${reference}`;
        const got = await to(target, 'GET', path, { headers: accept });
        assert.equal(got.status, 200);
        assert.equal(got.headers['content-type'], oci.image);
        assert.equal(got.headers['docker-content-digest'], digest);
        assert.deepEqual(got.body, image.manifest);
        const head = await to(target, 'HEAD', path, { headers: accept });
        assert.equal(head.status, 200);
        assert.equal(head.headers['content-length'], String(image.manifest.length));
        assert.equal(head.headers['docker-content-digest'], digest);
      }
    },
  },
  ...[oci.index, docker.index].map((mediaType) => ({
    name: `an index of two platforms keeps its bytes and its type (${mediaType})`,
    run: async (target: RegistryTarget) => {
      const repository = mediaType === oci.index ? 'manifests/index' : 'manifests/list';
      await target.prepare(repository);
      const images = [testImage('amd64'), testImage('arm64')];
      for (const image of images) await pushImage(target, repository, digestOf(image.manifest), image);
      const index = indexOf(mediaType, images);
      assert.equal((await putManifest(target, repository, 'multi', index, mediaType)).status, 201);
      const got = await to(target, 'GET', `/v2/${repository}/manifests/multi`, { headers: accept });
      assert.equal(got.headers['content-type'], mediaType);
      assert.deepEqual(got.body, index);
    },
  })),
  {
    name: 'an index whose image is missing is refused',
    run: async (target) => {
      await target.prepare('manifests/orphan');
      await pushBlob(target, 'manifests/orphan', Buffer.from('so that there is a repository'));
      const index = indexOf(oci.index, [testImage('never pushed')]);
      const refused = await putManifest(target, 'manifests/orphan', 'multi', index, oci.index);
      assert.equal(refused.status, 400);
      assert.equal(errorCode(refused), 'MANIFEST_BLOB_UNKNOWN');
    },
  },
  {
    name: 'an image whose layer is missing is refused',
    run: async (target) => {
      await target.prepare('manifests/no-layer');
      const image = testImage('without its layer');
      await pushBlob(target, 'manifests/no-layer', image.config);
      const refused = await putManifest(target, 'manifests/no-layer', '1', image.manifest, oci.image);
      assert.equal(refused.status, 400);
      assert.equal(errorCode(refused), 'MANIFEST_BLOB_UNKNOWN');
    },
  },
  {
    name: 'a manifest under another digest is refused',
    run: async (target) => {
      await target.prepare('manifests/wrong-digest');
      const refused = await pushImage(
        target,
        'manifests/wrong-digest',
        digestOf('other'),
        testImage('wrong digest'),
      );
      assert.equal(refused.status, 400);
      assert.equal(errorCode(refused), 'DIGEST_INVALID');
    },
  },
  {
    name: 'what is no manifest is refused',
    run: async (target) => {
      await target.prepare('manifests/invalid');
      for (const text of ['{', '{"schemaVersion":2']) {
        const refused = await putManifest(target, 'manifests/invalid', '1', Buffer.from(text), oci.image);
        assert.equal(refused.status, 400);
        assert.equal(errorCode(refused), 'MANIFEST_INVALID');
      }
    },
  },
  {
    name: 'a tag or digest that is not there is MANIFEST_UNKNOWN',
    run: async (target) => {
      await target.prepare('manifests/unknown');
      await pushImage(target, 'manifests/unknown', '1', testImage('known'));
      for (const reference of ['2', digestOf('nothing')]) {
        const path = `/v2/manifests/unknown/manifests/${reference}`;
        const missing = await to(target, 'GET', path, { headers: accept });
        assert.equal(missing.status, 404);
        assert.equal(errorCode(missing), 'MANIFEST_UNKNOWN');
        assert.equal((await to(target, 'HEAD', path, { headers: accept })).status, 404);
      }
    },
  },
  {
    name: 'a tag moves to another image, and the same push twice is no error',
    run: async (target) => {
      await target.prepare('manifests/moving');
      const [old, young] = [testImage('old'), testImage('young')];
      assert.equal((await pushImage(target, 'manifests/moving', 'stable', old)).status, 201);
      assert.equal((await pushImage(target, 'manifests/moving', 'stable', old)).status, 201);
      assert.equal((await pushImage(target, 'manifests/moving', 'stable', young)).status, 201);
      const path = '/v2/manifests/moving/manifests/';
      const now = await to(target, 'GET', `${path}stable`, { headers: accept });
      assert.deepEqual(now.body, young.manifest);
      const then = await to(target, 'GET', path + digestOf(old.manifest), { headers: accept });
      assert.deepEqual(then.body, old.manifest);
    },
  },
  {
    name: 'an image deleted by digest is gone, with its tags',
    run: async (target) => {
      await target.prepare('manifests/deleted');
      const image = testImage('deleted');
      await pushImage(target, 'manifests/deleted', 'a', image);
      await putManifest(target, 'manifests/deleted', 'b', image.manifest, image.mediaType);
      const path = '/v2/manifests/deleted/manifests/';
      assert.equal((await to(target, 'DELETE', path + digestOf(image.manifest))).status, 202);
      for (const reference of ['a', 'b', digestOf(image.manifest)]) {
        assert.equal((await to(target, 'GET', path + reference, { headers: accept })).status, 404, reference);
      }
    },
  },
  {
    name: 'a tag deleted by name leaves the image',
    run: async (target) => {
      await target.prepare('manifests/untagged');
      const image = testImage('untagged');
      await pushImage(target, 'manifests/untagged', 'a', image);
      const path = '/v2/manifests/untagged/manifests/';
      assert.equal((await to(target, 'DELETE', `${path}a`)).status, 202);
      assert.equal((await to(target, 'GET', `${path}a`, { headers: accept })).status, 404);
      assert.equal(
        (await to(target, 'GET', path + digestOf(image.manifest), { headers: accept })).status,
        200,
      );
    },
  },
  {
    name: 'tags are listed in order',
    run: async (target) => {
      await target.prepare('tags/order');
      await pushTags(target, 'tags/order', ['b', '10', 'a', '9']);
      const listed = await to(target, 'GET', '/v2/tags/order/tags/list');
      assert.equal(listed.status, 200);
      assert.deepEqual(json(listed), { name: 'tags/order', tags: ['10', '9', 'a', 'b'] });
    },
  },
  {
    name: 'tags are listed in pages',
    run: async (target) => {
      await target.prepare('tags/pages');
      const all = ['a', 'b', 'c', 'd', 'e'];
      await pushTags(target, 'tags/pages', all);
      const seen: string[] = [];
      let path: string | undefined = '/v2/tags/pages/tags/list?n=2';
      for (let pages = 0; path !== undefined && pages < 5; pages += 1) {
        const listed = await to(target, 'GET', path);
        seen.push(...(json(listed) as { tags: string[] }).tags);
        path = /<([^>]+)>; rel="next"/.exec(listed.headers.link ?? '')?.[1];
      }
      assert.deepEqual(seen, all);
      const after = await to(target, 'GET', '/v2/tags/pages/tags/list?n=2&last=c');
      assert.deepEqual((json(after) as { tags: string[] }).tags, ['d', 'e']);
    },
  },
  {
    name: 'a repository that is not there is NAME_UNKNOWN',
    run: async (target) => {
      const missing = await to(target, 'GET', '/v2/nobody/made/this/tags/list');
      assert.equal(missing.status, 404);
      assert.equal(errorCode(missing), 'NAME_UNKNOWN');
    },
  },
  {
    name: 'a name outside the grammar is refused',
    run: async (target) => {
      for (const name of ['Upper/Case', 'trailing-', 'a//b']) {
        const refused = await to(target, 'GET', `/v2/${name}/tags/list`);
        assert.ok([301, 400, 404].includes(refused.status), `${name}: ${refused.status}`);
      }
    },
  },
  {
    name: 'what is attached to an image is listed as its referrers',
    run: async (target) => {
      await target.prepare('referrers/all');
      const image = testImage('with a signature');
      await pushImage(target, 'referrers/all', '1', image);
      const subject = descriptor(oci.image, image.manifest);
      const signature = testImage('signature', {
        artifactType: 'application/vnd.example.signature',
        subject,
      });
      const put = await pushImage(target, 'referrers/all', digestOf(signature.manifest), signature);
      assert.equal(put.status, 201);
      assert.equal(put.headers['oci-subject'], subject.digest);
      const path = `/v2/referrers/all/referrers/${subject.digest}`;
      const listed = await to(target, 'GET', path);
      assert.equal(listed.headers['content-type'], oci.index);
      const { manifests } = json(listed) as { manifests: { digest: string; artifactType: string }[] };
      assert.deepEqual(
        manifests.map((each) => [each.digest, each.artifactType]),
        [[digestOf(signature.manifest), 'application/vnd.example.signature']],
      );
      const other = await to(target, 'GET', `${path}?artifactType=application/vnd.example.sbom`);
      assert.deepEqual((json(other) as { manifests: unknown[] }).manifests, []);
    },
  },
];

async function pushTags(target: RegistryTarget, repository: string, tags: readonly string[]): Promise<void> {
  const image = testImage(repository);
  for (const tag of tags) await pushImage(target, repository, tag, image);
}
