import assert from 'node:assert/strict';
import { ask, errorCode } from '../support/http.ts';
import { digestOf, testImage } from '../support/images.ts';
import type { Case } from '../support/suite.ts';
import {
  binary,
  getBlob,
  locationOf,
  pushBlob,
  pushImage,
  type RegistryTarget,
  startUpload,
  to,
  withQuery,
} from './target.ts';

const unknown = `sha256:${'0'.repeat(64)}`;

/** Pulling and pushing blobs, by distribution-spec 1.1 ("Pulling blobs", "Pushing Blobs"). */
export const blobCases: readonly Case<RegistryTarget>[] = [
  {
    name: 'a registry asks for credentials and takes good ones',
    run: async (target) => {
      const refused = await ask('GET', `${target.url}/v2/`);
      assert.equal(refused.status, 401);
      assert.match(refused.headers['www-authenticate'] ?? '', /^Basic realm="/);
      const wrong = await ask('GET', `${target.url}/v2/`, {
        headers: { authorization: `Basic ${Buffer.from('AWS:wrong').toString('base64')}` },
      });
      assert.equal(wrong.status, 401);
      assert.equal((await to(target, 'GET', '/v2/')).status, 200);
    },
  },
  {
    name: 'a blob goes in by POST and PUT and comes out the same',
    run: async (target) => {
      await target.prepare('blobs/monolithic');
      const bytes = Buffer.from('hello, blob');
      const digest = digestOf(bytes);
      const path = `/v2/blobs/monolithic/blobs/${digest}`;
      assert.equal((await to(target, 'HEAD', path)).status, 404);
      const location = withQuery(await startUpload(target, 'blobs/monolithic'), 'digest', digest);
      const done = await to(target, 'PUT', location, { body: bytes, headers: binary });
      assert.equal(done.status, 201);
      assert.equal(done.headers['docker-content-digest'], digest);
      assert.ok(locationOf(done).endsWith(path));
      const head = await to(target, 'HEAD', path);
      assert.equal(head.status, 200);
      assert.equal(head.headers['content-length'], String(bytes.length));
      assert.deepEqual((await getBlob(target, path)).body, bytes);
    },
  },
  {
    name: 'a blob without a byte is a blob',
    run: async (target) => {
      await target.prepare('blobs/empty');
      const digest = await pushBlob(target, 'blobs/empty', Buffer.alloc(0));
      const got = await getBlob(target, `/v2/blobs/empty/blobs/${digest}`);
      assert.equal(got.status, 200);
      assert.equal(got.body.length, 0);
    },
  },
  {
    name: 'a blob of eight megabytes comes out the same',
    run: async (target) => {
      await target.prepare('blobs/large');
      const bytes = Buffer.alloc(8 * 1024 * 1024, 'waybill ');
      const digest = await pushBlob(target, 'blobs/large', bytes);
      assert.ok((await getBlob(target, `/v2/blobs/large/blobs/${digest}`)).body.equals(bytes));
    },
  },
  {
    name: 'a POST with digest and body is an upload in one request',
    run: async (target) => {
      await target.prepare('blobs/single');
      const bytes = Buffer.from('in one request');
      const digest = digestOf(bytes);
      const done = await to(target, 'POST', `/v2/blobs/single/blobs/uploads/?digest=${digest}`, {
        body: bytes,
        headers: binary,
      });
      assert.equal(done.status, 201);
      assert.equal((await to(target, 'HEAD', `/v2/blobs/single/blobs/${digest}`)).status, 200);
    },
  },
  {
    name: 'bytes that do not have the digest are refused and not kept',
    run: async (target) => {
      await target.prepare('blobs/wrong');
      const digest = digestOf('other bytes');
      const location = withQuery(await startUpload(target, 'blobs/wrong'), 'digest', digest);
      const refused = await to(target, 'PUT', location, { body: 'some bytes', headers: binary });
      assert.equal(refused.status, 400);
      assert.equal(errorCode(refused), 'DIGEST_INVALID');
      assert.equal((await to(target, 'HEAD', `/v2/blobs/wrong/blobs/${digest}`)).status, 404);
      assert.equal((await to(target, 'HEAD', `/v2/blobs/wrong/blobs/${digestOf('some bytes')}`)).status, 404);
    },
  },
  {
    name: 'a blob goes in by chunks, and its upload says how far it is',
    run: async (target) => {
      await target.prepare('blobs/chunked');
      const digest = digestOf('first, second, third');
      const first = await to(target, 'PATCH', await startUpload(target, 'blobs/chunked'), {
        body: 'first, ',
        headers: { ...binary, 'content-range': '0-6' },
      });
      assert.equal(first.status, 202);
      assert.equal(first.headers.range, '0-6');
      const status = await to(target, 'GET', locationOf(first));
      assert.equal(status.status, 204);
      assert.equal(status.headers.range, '0-6');
      const second = await to(target, 'PATCH', locationOf(status), {
        body: 'second, ',
        headers: { ...binary, 'content-range': '7-14' },
      });
      assert.equal(second.headers.range, '0-14');
      const last = withQuery(locationOf(second), 'digest', digest);
      const done = await to(target, 'PUT', last, {
        body: 'third',
        headers: { ...binary, 'content-range': '15-19' },
      });
      assert.equal(done.status, 201);
      const got = await getBlob(target, `/v2/blobs/chunked/blobs/${digest}`);
      assert.equal(got.body.toString(), 'first, second, third');
    },
  },
  {
    name: 'a chunk out of order is refused with 416',
    run: async (target) => {
      await target.prepare('blobs/disorder');
      const refused = await to(target, 'PATCH', await startUpload(target, 'blobs/disorder'), {
        body: 'late',
        headers: { ...binary, 'content-range': '10-13' },
      });
      assert.equal(refused.status, 416);
    },
  },
  {
    name: 'an upload can be cancelled',
    run: async (target) => {
      await target.prepare('blobs/cancelled');
      const location = await startUpload(target, 'blobs/cancelled');
      assert.equal((await to(target, 'DELETE', location)).status, 204);
      const gone = await to(target, 'GET', location);
      assert.equal(gone.status, 404);
      assert.equal(errorCode(gone), 'BLOB_UPLOAD_UNKNOWN');
    },
  },
  {
    name: 'a blob of another repository is mounted',
    run: async (target) => {
      await target.prepare('blobs/mount-from');
      await target.prepare('blobs/mount-to');
      const image = testImage('mounted');
      await pushImage(target, 'blobs/mount-from', '1', image);
      const digest = digestOf(image.layer);
      const query = `mount=${digest}&from=blobs/mount-from`;
      const mounted = await to(target, 'POST', `/v2/blobs/mount-to/blobs/uploads/?${query}`, { body: '' });
      assert.equal(mounted.status, 201);
      assert.equal((await to(target, 'HEAD', `/v2/blobs/mount-to/blobs/${digest}`)).status, 200);
    },
  },
  {
    name: 'what cannot be mounted becomes an upload',
    run: async (target) => {
      await target.prepare('blobs/no-mount-from');
      await target.prepare('blobs/no-mount');
      const digest = await pushBlob(target, 'blobs/no-mount-from', Buffer.from('not mounted'));
      for (const query of [`mount=${unknown}&from=blobs/no-mount-from`, `mount=${digest}`]) {
        const answer = await to(target, 'POST', `/v2/blobs/no-mount/blobs/uploads/?${query}`, { body: '' });
        assert.equal(answer.status, 202, query);
        assert.ok(answer.headers.location, query);
      }
      assert.equal((await to(target, 'HEAD', `/v2/blobs/no-mount/blobs/${digest}`)).status, 404);
    },
  },
  {
    name: 'a blob that is not there is BLOB_UNKNOWN',
    run: async (target) => {
      await target.prepare('blobs/unknown');
      await pushBlob(target, 'blobs/unknown', Buffer.from('another'));
      const missing = await to(target, 'GET', `/v2/blobs/unknown/blobs/${unknown}`);
      assert.equal(missing.status, 404);
      assert.equal(errorCode(missing), 'BLOB_UNKNOWN');
    },
  },
  {
    name: 'a part of a blob is fetched by Range',
    run: async (target) => {
      await target.prepare('blobs/range');
      const digest = await pushBlob(target, 'blobs/range', Buffer.from('0123456789'));
      const path = `/v2/blobs/range/blobs/${digest}`;
      const middle = await getBlob(target, path, { range: 'bytes=3-5' });
      assert.equal(middle.status, 206);
      assert.equal(middle.headers['content-range'], 'bytes 3-5/10');
      assert.equal(middle.body.toString(), '345');
      assert.equal((await getBlob(target, path, { range: 'bytes=7-' })).body.toString(), '789');
      assert.equal((await getBlob(target, path, { range: 'bytes=-2' })).body.toString(), '89');
    },
  },
  {
    name: 'a Range behind the end of a blob is refused with 416',
    run: async (target) => {
      await target.prepare('blobs/beyond');
      const digest = await pushBlob(target, 'blobs/beyond', Buffer.from('0123456789'));
      const refused = await getBlob(target, `/v2/blobs/beyond/blobs/${digest}`, { range: 'bytes=10-' });
      assert.equal(refused.status, 416);
      assert.equal(refused.headers['content-range'], 'bytes */10');
    },
  },
  {
    name: 'a deleted blob is gone',
    run: async (target) => {
      await target.prepare('blobs/deleted');
      const path = `/v2/blobs/deleted/blobs/${await pushBlob(target, 'blobs/deleted', Buffer.from('to be deleted'))}`;
      assert.equal((await to(target, 'DELETE', path)).status, 202);
      assert.equal((await to(target, 'HEAD', path)).status, 404);
    },
  },
];
