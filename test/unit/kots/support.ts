import type { Scenario } from '../../../server/src/core/kots/scenario.ts';

/** KOTS, online, every image private, app `app`; with changes. */
export const scenario = (changes: Partial<Scenario> = {}): Scenario => ({
  installer: 'kots',
  airgap: false,
  localRegistry: null,
  proxyDomain: 'proxy.replicated.com',
  registryDomain: 'registry.replicated.com',
  appSlug: 'app',
  proxyPublicImages: false,
  licensed: true,
  isPrivate: () => ({ private: true, assumed: false }),
  ...changes,
});
