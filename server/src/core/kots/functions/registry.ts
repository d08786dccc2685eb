import { partlyKnown, unknown, type Value } from '../../gotemplate/value.ts';
import { define, type Functions, failNil, text } from '../../sprig/define.ts';
import { base64 } from '../layers/base64.ts';
import { dockerAuths, hostAlone } from '../layers/pull-access.ts';
import { pullSecretName, UNKNOWN_SLUG } from '../names.ts';
import type { TemplateContext } from './context.ts';
import { localImageName } from './local-image-name.ts';

/** The registries' part of KOTS, pkg/template/config_context.go; Embedded Cluster 3 does not have it. */
export function registryFunctions(context: TemplateContext): Functions {
  const { host = '', namespace = '' } = context.localRegistry ?? {};
  const constant = (value: Value, result = 'string') => define('', result, () => value);
  return {
    HasLocalRegistry: constant(host !== '', 'bool'),
    LocalRegistryHost: constant(host),
    LocalRegistryNamespace: constant(namespace),
    LocalRegistryAddress: constant(namespace === '' ? host : `${host}/${namespace}`),
    LocalImageName: define('string', 'string', ([image]) => localImageName(context, text(image))),
    LocalRegistryImagePullSecret: define('', 'string', () => pullSecretOf(context)),
    ImagePullSecretName: constant(secretNameOf(context)),
  };
}

function secretNameOf({ appSlug }: TemplateContext): Value {
  if (appSlug === null) return partlyKnown('ImagePullSecretName', pullSecretName(UNKNOWN_SLUG));
  return appSlug === '' ? '' : pullSecretName(appSlug);
}

/** What the pull secret holds, in base64: the local registry with its user, else what the licence opens. */
function pullSecretOf(context: TemplateContext): Value {
  const { localRegistry, localRegistryPassword, license, proxyDomain, registryDomain } = context;
  // Without a slug there is no secret of the app's, which is read all the same.
  if (context.appSlug === '') return failNil();
  if (localRegistry === null) {
    if (license === null) return unknown('LocalRegistryImagePullSecret');
    const hosts = [proxyDomain, registryDomain].map(hostAlone);
    return base64(dockerAuths(hosts, `LICENSE_ID:${license.get('licenseID') ?? ''}`));
  }
  const { host, username } = localRegistry;
  if (username === null || localRegistryPassword === null) return unknown('LocalRegistryImagePullSecret');
  return base64(dockerAuths([hostAlone(host)], `${username}:${localRegistryPassword}`));
}
