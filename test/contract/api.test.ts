import { test } from 'node:test';
import { imageCases } from './api/image-cases.ts';
import { layerCases } from './api/layer-cases.ts';
import { registryCases } from './api/registry-cases.ts';
import { repositoryCases } from './api/repository-cases.ts';
import { motoApi, sandboxApi } from './api/targets.ts';
import { findProgram, runs } from './support/peers.ts';
import { type Deviation, runSuite } from './support/suite.ts';

const cases = [...repositoryCases, ...imageCases, ...layerCases, ...registryCases];

/** What moto 5 gets wrong or does not have. */
const motoWays: readonly Deviation[] = [
  {
    case: 'a name with two underscores or several hyphens is allowed',
    reason: 'moto has the older grammar of repository names',
  },
  { case: 'repositories are described in pages', reason: 'moto ignores maxResults' },
  { case: 'a registry token is good for twelve hours', reason: "moto's token expired in 2015" },
  {
    case: 'the digest is that of the manifest that was pushed',
    reason: 'moto makes the digest from those of the layers',
  },
  { case: 'more than a hundred ids are InvalidParameterException', reason: 'moto takes any number' },
  { case: 'images are described and listed in pages', reason: 'moto ignores maxResults' },
  {
    case: 'a list is one id for each tag, and can be cut to what has a tag or has none',
    reason: 'moto ignores the filter of ListImages',
  },
  {
    case: 'another image under an immutable tag is ImageTagAlreadyExistsException',
    reason: 'moto says ImageAlreadyExistsException',
  },
  {
    case: 'an image whose layers were never uploaded is LayersNotFoundException',
    reason: 'moto looks for no layers',
  },
  {
    case: 'an index is as large as its largest image, and its images go after it',
    reason: "moto looks for no images, and makes up an index's digest",
  },
  {
    case: 'a signature says what it is attached to',
    reason: 'moto makes the digest from those of the layers, so that the two are one',
  },
  { case: 'a layer goes in by parts and comes out by a signed URL', reason: 'moto has no layers' },
  { case: 'a layer with another digest, and an unknown one, are refused', reason: 'moto has no layers' },
  {
    case: 'a pull-through cache rule is made, described and taken away',
    reason: 'moto has no pull-through cache rules',
  },
  {
    case: 'a rule is refused where there is one, for an upstream that is not supported, and for a bad prefix',
    reason: 'moto has no pull-through cache rules',
  },
  {
    case: 'a rule names a secret only below the prefix that ECR may read',
    reason: 'moto has no pull-through cache rules',
  },
  {
    case: 'a repository creation template is made, described and taken away',
    reason: 'moto has no repository creation templates',
  },
];

runSuite('sandbox', cases, [], sandboxApi);

const program = findProgram('moto_server');
if (program === null || !runs(program, '--help')) {
  test('moto', { skip: 'moto_server is not installed' });
} else {
  runSuite('moto', cases, motoWays, () => motoApi(program));
}
