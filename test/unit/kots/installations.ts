import { configItems, enteredIn } from '../../../server/src/core/kots/functions/config-items.ts';
import type { TemplateContext } from '../../../server/src/core/kots/functions/context.ts';
import { kotsFunctions } from '../../../server/src/core/kots/functions/functions.ts';
import { licenseFields } from '../../../server/src/core/kots/functions/license.ts';
import { resolveOptions } from '../../../server/src/core/kots/functions/options.ts';
import { registryProxyInfo } from '../../../server/src/core/kots/scenario.ts';
import type { KotsInstallation } from '../../oracle/kots/case.ts';

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
