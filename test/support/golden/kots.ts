import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemplateFunction } from '../../../server/src/core/gotemplate/value.ts';
import { configItems, enteredIn } from '../../../server/src/core/kots/functions/config-items.ts';
import type { TemplateContext } from '../../../server/src/core/kots/functions/context.ts';
import { kotsFunctions } from '../../../server/src/core/kots/functions/functions.ts';
import { licenseFields } from '../../../server/src/core/kots/functions/license.ts';
import { resolveOptions } from '../../../server/src/core/kots/functions/options.ts';
import { renderKots } from '../../../server/src/core/kots/functions/render.ts';
import { registryProxyInfo } from '../../../server/src/core/kots/scenario.ts';
import type { KotsGolden, KotsInstallation } from '../../oracle/kots/case.ts';
import { root } from '../paths.ts';
import { deliberate } from './deliberate.ts';

/** The golden cases of the app manager's own functions, or those of WAYBILL_KOTS_GOLDEN. */
export const kotsGolden = (): KotsGolden =>
  JSON.parse(
    readFileSync(process.env.WAYBILL_KOTS_GOLDEN ?? join(root, 'test/fixtures/kots/functions.json'), 'utf8'),
  ) as KotsGolden;

/** A case and what comes of it here. */
export interface KotsOutcome {
  readonly one: KotsGolden['cases'][number];
  readonly text: string;
  readonly error: string | null;
  readonly unknown: readonly string[];
}

export function kotsOutcomes({ contexts, cases }: KotsGolden): readonly KotsOutcome[] {
  const installations = new Map(
    Object.entries(contexts).map(([name, installation]) => [name, functionsOf(installation)]),
  );
  return cases.map((one) => {
    const installation = installations.get(one.context);
    if (installation === undefined) throw new Error(`There is no installation ${one.context}.`);
    const { functions, problem } = installation;
    if (problem !== null) return { one, text: '', error: problem, unknown: [] };
    const { text, error, unknown } = renderKots('t', one.text, functions);
    // JSON from Go has this letter where a byte is no UTF-8.
    return { one, text: text.replaceAll(/[\udc80-\udcff]/gu, '\ufffd'), error, unknown };
  });
}

/** Whether it is what KOTS gives: the same output, all of it known, or an error in the same words. */
export function isKotsOutcome({ one, text, error, unknown }: KotsOutcome): boolean {
  if (one.err === undefined) return error === null && text === one.out && unknown.length === 0;
  return error !== null && withoutCircle(error) === withoutCircle(one.err);
}

/** All functions that a template of the app manager's may call, Sprig's too. */
export function kotsFunctionsUnderTest({ contexts }: KotsGolden): ReadonlyMap<string, TemplateFunction> {
  const [first] = Object.values(contexts);
  return first === undefined ? new Map() : functionsOf(first).functions;
}

/** The app manager's own functions whose outcome can be compared, and how many cases speak of each. */
export function kotsCounts(golden: KotsGolden): (readonly [name: string, count: number])[] {
  const apart = new Set(deliberate.flatMap(({ functions }) => functions));
  return [...kotsFunctionsUnderTest(golden).keys()]
    .filter((name) => /^[A-Z]/.test(name) && !apart.has(name))
    .map((name) => [name, golden.cases.filter(({ text }) => new RegExp(`\\b${name}\\b`).test(text)).length]);
}

/** Which options wait for which is told in no order. */
const withoutCircle = (error: string): string =>
  error.replace(/^create config context: |(?<=with 0 dependencies).*/gs, '');

/** An installation of the oracle's cases, told to our functions as a preview tells theirs. */
export function functionsOf(installation: KotsInstallation) {
  const { slug, namespace, localRegistry, application, version, license, items, entered } = installation;
  const { registry, proxy } = registryProxyInfo({
    installation: {
      registry: version?.replicatedRegistryDomain ?? null,
      proxy: version?.replicatedProxyDomain ?? null,
    },
    application: {
      registry: application?.replicatedRegistryDomain ?? null,
      proxy: application?.proxyRegistryDomain ?? null,
    },
    licenseEndpoint: typeof license.endpoint === 'string' ? license.endpoint : null,
  });
  const context: Omit<TemplateContext, 'options'> = {
    appSlug: slug,
    namespace,
    installer: 'kots',
    airgap: version?.isAirgap ?? false,
    localRegistry: localRegistry ?? null,
    localRegistryPassword: localRegistry?.password ?? null,
    proxyDomain: proxy,
    registryDomain: registry,
    proxyPublicImages: application?.proxyPublicImages ?? false,
    isPrivate: (image) => ({ private: installation.public?.includes(image) !== true, assumed: false }),
    license: licenseFields(JSON.stringify({ spec: license })),
    version: {
      sequence: BigInt(version?.sequence ?? -1),
      cursor: version?.cursor ?? '',
      channelName: version?.channelName ?? '',
      versionLabel: version?.versionLabel ?? '',
      isRequired: version?.isRequired ?? false,
      releaseNotes: version?.releaseNotes ?? '',
    },
  };
  const config = { spec: { groups: [{ name: 'all', items: items ?? [] }] } };
  const { options, problem } = resolveOptions(
    configItems(JSON.stringify(config)),
    enteredIn(JSON.stringify({ spec: { values: entered ?? {} } })),
    (filled) => kotsFunctions({ ...context, options: filled }),
  );
  return { functions: kotsFunctions({ ...context, options }), problem };
}
