import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingPlatforms } from '../../../server/src/core/image/platform.ts';

const cases: readonly (readonly [string[], string[], string[]])[] = [
  [['linux/amd64'], ['linux/amd64', 'linux/arm64'], []],
  [['linux/amd64', 'linux/arm64'], ['linux/amd64'], ['linux/arm64']],
  [['linux/arm64'], ['linux/arm64/v8'], []],
  [['linux/arm64/v8'], ['linux/arm64'], []],
  [['linux/arm'], ['linux/arm/v7'], []],
  [['linux/arm/v6'], ['linux/arm/v7'], ['linux/arm/v6']],
  [['windows/amd64'], ['linux/amd64'], ['windows/amd64']],
  [[], ['linux/amd64'], []],
];

for (const [wanted, has, missing] of cases)
  test(`of ${wanted.join(', ') || 'nothing'} wanted, ${missing.join(', ') || 'nothing'} is missing where there is ${has.join(', ')}`, () =>
    assert.deepEqual(missingPlatforms(wanted, has), missing));
