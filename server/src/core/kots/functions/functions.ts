import type { TemplateFunction } from '../../gotemplate/value.ts';
import { chargedByLetter } from '../../sprig/charge.ts';
import { sprigFunctions } from '../../sprig/functions.ts';
import type { SprigHost } from '../../sprig/host.ts';
import { arithmetic } from './arithmetic.ts';
import { clusterFunctions } from './cluster.ts';
import { configFunctions } from './config.ts';
import type { TemplateContext } from './context.ts';
import { embeddedThreeFunctions } from './embedded-three.ts';
import { licenseFunctions } from './license.ts';
import { registryFunctions } from './registry.ts';
import { texts } from './texts.ts';
import { versionFunctions } from './version.ts';

/** In a preview the clock stands still. */
const still: SprigHost = { now: 0n };

/**
 * All functions that the app manager gives to templates (KOTS, pkg/template): Sprig's, and its own by what they ask
 * about. What nobody can know before an installation is unknown, with a label for people.
 */
export function kotsFunctions(context: TemplateContext): ReadonlyMap<string, TemplateFunction> {
  const own = {
    ...arithmetic,
    ...Object.fromEntries(Object.entries(texts).map(([name, fn]) => [name, chargedByLetter(fn)])),
    ...clusterFunctions(context),
    ...licenseFunctions(context),
    ...versionFunctions(context),
    ...configFunctions(context),
    ...(context.installer === 'embedded-cluster-3'
      ? embeddedThreeFunctions(context)
      : registryFunctions(context)),
  };
  return new Map([...sprigFunctions(still), ...Object.entries(own)]);
}
