import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeadlineError } from '../../../server/src/io/net/deadline.ts';
import type { Said } from '../../../server/src/io/oci/client.ts';
import { BusyError } from '../../../server/src/io/oci/errors.ts';
import {
  isFull,
  isLeftToTry,
  isPassing,
  isTaken,
  refusalOf,
} from '../../../server/src/work/mirror/failures.ts';
import { MirrorError } from '../../../server/src/work/mirror/model.ts';

const said = (status: number, body: unknown = '', type = 'application/json'): Said => ({
  status,
  headers: { 'content-type': type },
  bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  access: 'credentials',
  as: 'docker login acme',
});
const error = (message: string, detail?: unknown): unknown => ({
  errors: [{ code: 'UNKNOWN', message, detail }],
});

describe('what is tried again', () => {
  test('what broke or fell silent', () => {
    for (const code of ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED'])
      assert.ok(isPassing(Object.assign(new Error(code), { code })), code);
    assert.ok(isPassing(new DeadlineError('late')));
  });

  test('what broke is left to the budget where that sends it again', () => {
    assert.ok(!isLeftToTry(Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' })));
    assert.ok(isLeftToTry(Object.assign(new Error('ETIMEDOUT'), { code: 'ETIMEDOUT' })));
    assert.ok(isLeftToTry(new DeadlineError('late')));
  });

  test('not who is busy or fails, who has been asked often by then; nor what stays as it is', () => {
    assert.ok(!isPassing(new BusyError(502, { kind: 'transient' })));
    assert.ok(!isPassing(new BusyError(429, { kind: 'throttled', retryAfterMs: null })));
    assert.ok(!isPassing(new MirrorError('corrupt', 'other bytes')));
    assert.ok(!isPassing(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' })));
    assert.ok(!isPassing(new Error('a mistake')));
  });
});

describe('what a registry says', () => {
  test('that it is full: by status, in words, or as docker-registry does', () => {
    assert.ok(isFull(said(413)));
    assert.ok(isFull(said(507)));
    assert.ok(isFull(said(500, error('write /data: no space left on device'))));
    assert.ok(isFull(said(500, error('unknown error', 'write /data: no space left on device'))));
    assert.ok(isFull(said(500, error('unknown error', { Enclosed: { Op: 'write', Err: 28 } }))));
    assert.ok(isFull(said(403, error('adding 5 MB exceeds the quota'))));
  });

  test('something else', () => {
    assert.ok(!isFull(said(500, error('unknown error', { Enclosed: { Op: 'write', Err: 2 } }))));
    assert.ok(!isFull(said(500, error('the storage backend failed'))));
    assert.ok(!isFull(said(500, '<html>no space left</html>', 'text/html')));
    assert.ok(!isFull(said(201, error('quota'))));
  });

  test('that it took something, which a page for people never says', () => {
    assert.ok(isTaken(said(201)));
    assert.ok(isTaken(said(204, '', '')));
    assert.ok(!isTaken(said(200, '<html>', 'text/html; charset=utf-8')));
    assert.ok(!isTaken(said(307)));
    const { why, message } = refusalOf(said(200, '<html>', 'text/html'), {
      end: 'target',
      host: 'registry.acme.example',
      what: 'team/app:1.0',
    });
    assert.equal(why, 'network');
    assert.match(message, /^team\/app:1\.0: .*registry\.acme\.example/);
  });
});
