import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Answer, Question, Verdict } from '../../server/src/core/knowledge/knowledge.ts';
import { createOciAsker } from '../../server/src/io/oci/asker.ts';
import { pushImage, type RegistryTarget } from './registry/target.ts';
import { dockerRegistryTarget } from './registry/targets.ts';
import { digestOf, testImage } from './support/images.ts';
import { findProgram } from './support/peers.ts';

/*
 * The asker against the reference implementation of the distribution-spec, with a login that it wants, reached as a
 * registry of another name.
 */

const program = findProgram('docker-registry');
const name = 'registry.acme.example';

describe('docker-registry', { skip: program === null ? 'docker-registry is not installed' : false }, () => {
  const image = testImage('asked about');
  let target: RegistryTarget;
  let close: () => Promise<void>;
  let folder: string;
  before(async () => {
    const started = await dockerRegistryTarget(program ?? '');
    ({ target, close } = started);
    folder = mkdtempSync(join(tmpdir(), 'waybill-docker-config-'));
    assert.equal((await pushImage(target, 'team/api', '1.0', image)).status, 201);
    assert.equal((await pushImage(target, 'team/api', '1.1', testImage('another one'))).status, 201);
  });
  after(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const asker = (password: string | null, key = name) => {
    const auth = Buffer.from(`AWS:${password}`).toString('base64');
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify(password === null ? {} : { auths: { [key]: { auth } } }),
    );
    return createOciAsker({
      env: { DOCKER_CONFIG: folder, WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ [name]: target.url }) },
      trusted: () => true,
      now: () => 1_000_000,
      log: () => {},
    });
  };
  const question = (repository: string, tag: string | null, digest: string | null = null): Question => ({
    kind: 'image',
    image: { host: name, repository, tag, digest },
  });
  const answers = async (
    from: ReturnType<typeof asker>,
    questions: readonly Question[],
  ): Promise<Answer[]> => {
    const all: Answer[] = [];
    await from.ask(questions, new AbortController().signal, (some) => all.push(...some));
    return all;
  };
  const verdict = async (from: ReturnType<typeof asker>, one: Question): Promise<Verdict> => {
    const found = (await answers(from, [one])).find(({ kind }) => kind === 'image');
    assert.ok(found?.kind === 'image');
    return found.verdict;
  };
  const brief = ({ status, detail }: Verdict): string => (detail === null ? status : `${status}/${detail}`);

  test('present', async () => {
    const digest = digestOf(image.manifest);
    for (const key of [name, new URL(target.url).host]) {
      const one = await verdict(asker('sandbox', key), question('team/api', '1.0'));
      assert.deepEqual([brief(one), one.digest, one.as], ['exists', digest, 'docker login AWS']);
    }
    assert.equal(brief(await verdict(asker('sandbox'), question('team/api', null, digest))), 'exists');
    assert.equal(brief(await verdict(asker('sandbox'), question('team/api', '1.0', digest))), 'exists');
    assert.equal(
      brief(await verdict(asker('sandbox'), question('team/api', '1.1', digest))),
      'exists/digest-mismatch',
    );
  });

  test('absent', async () => {
    const cases = [
      [question('team/api', '2.0'), 'absent/tag'],
      [question('team/api', null, `sha256:${'0'.repeat(64)}`), 'absent/digest'],
      [question('team/apii', '1.0'), 'absent/repository'],
    ] as const;
    for (const [one, expected] of cases) assert.equal(brief(await verdict(asker('sandbox'), one)), expected);
  });

  test('its tags', async () => {
    const [tags] = await answers(asker('sandbox'), [
      { kind: 'tags', repository: { host: name, repository: 'team/api' } },
    ]);
    assert.ok(tags?.kind === 'tags');
    assert.deepEqual([[...tags.list.names].sort(), tags.list.complete], [['1.0', '1.1'], true]);
  });

  test('denied, without a login and with a wrong one', async () => {
    const nobody = await verdict(asker(null), question('team/api', '1.0'));
    assert.equal(brief(nobody), 'denied/no-credentials');
    const wrong = await verdict(asker('not-the-password'), question('team/api', '2.0'));
    assert.equal(brief(wrong), 'denied');
    assert.ok(!wrong.reason.includes('not-the-password'));
  });

  test('stopped', async () => {
    await close();
    const one = await verdict(asker('sandbox'), question('team/api', '2.0'));
    assert.equal(brief(one), 'unreachable');
    assert.match(one.reason, /^registry\.acme\.example could not be reached: the connection was refused/);
  });
});
