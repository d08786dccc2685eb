import { test } from 'node:test';
import { plainQuirks } from '../../sandbox/src/index.ts';
import { blobCases } from './registry/blob-cases.ts';
import { manifestCases } from './registry/manifest-cases.ts';
import { dockerRegistryTarget, sandboxTarget } from './registry/targets.ts';
import { findProgram } from './support/peers.ts';
import { type Deviation, runSuite } from './support/suite.ts';

const cases = [...blobCases, ...manifestCases];

/** Where Amazon ECR, and so the sandbox when it plays ECR, is no plain registry; ecr-registry.test.ts holds its ways. */
const ecrWays: readonly Deviation[] = [
  {
    case: 'a blob goes in by chunks, and its upload says how far it is',
    reason: 'ECR answers PATCH with 201 and drops the second body (containers-roadmap#2831)',
  },
  {
    case: 'a blob of another repository is mounted',
    reason: 'ECR does not mount until the account enables BLOB_MOUNTING',
  },
];

/** Where docker-registry 2.8 (Debian) falls short of distribution-spec 1.1. */
const dockerRegistryWays: readonly Deviation[] = [
  {
    case: 'a POST with digest and body is an upload in one request',
    reason: 'docker-registry ignores the body and answers 202, which the spec allows',
  },
  {
    case: 'a chunk out of order is refused with 416',
    reason: 'docker-registry appends it with 202 (distribution-spec#590)',
  },
  {
    case: 'a Range behind the end of a blob is refused with 416',
    reason: 'docker-registry announces the length of the blob with it and breaks off',
  },
  {
    case: 'a tag deleted by name leaves the image',
    reason: 'docker-registry deletes by digest only, which the spec allows',
  },
  { case: 'tags are listed in order', reason: 'docker-registry 2.8 lists them as the folder has them' },
  { case: 'tags are listed in pages', reason: 'docker-registry 2.8 ignores n and last' },
  {
    case: 'what is attached to an image is listed as its referrers',
    reason: 'docker-registry 2.8 has no referrers API',
  },
];

runSuite('sandbox, as a plain registry in memory', cases, [], () => sandboxTarget(plainQuirks(), false));
runSuite('sandbox, as a plain registry on disk', cases, [], () => sandboxTarget(plainQuirks(), true));
runSuite('sandbox, as Amazon ECR', cases, ecrWays, () => sandboxTarget({}, false));

const program = findProgram('docker-registry');
if (program === null) {
  test('docker-registry', { skip: 'docker-registry is not installed' });
} else {
  runSuite('docker-registry', cases, dockerRegistryWays, () => dockerRegistryTarget(program));
}
