import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

/** A table of cases in test/fixtures/vectors; each names its source inside. */
export const vectors = <T>(name: string): T =>
  JSON.parse(readFileSync(join(root, 'test/fixtures/vectors', name), 'utf8')) as T;

/** How often a property runs: `normal` times, or 50 times that where WAYBILL_SOAK asks for the long counts. */
export const runs = (normal: number): { numRuns: number } => ({
  numRuns: process.env.WAYBILL_SOAK === '1' ? normal * 50 : normal,
});
