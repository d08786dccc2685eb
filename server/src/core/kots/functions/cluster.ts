import { integer, unknown, type Value } from '../../gotemplate/value.ts';
import { define, type Functions } from '../../sprig/define.ts';
import type { TemplateContext } from './context.ts';

/**
 * What only a cluster, an identity service, a clock or chance knows: KOTS, pkg/template/identity_context.go,
 * kurl_context.go, static_context.go and random.go. None of the installers here is kURL, so what asks about it gets
 * nothing.
 */
export function clusterFunctions({ namespace, installer }: TemplateContext): Functions {
  const asked = (names: string, parameters = '', result = 'string'): Functions =>
    Object.fromEntries(
      names
        .split(' ')
        .map((name) => [
          name,
          define(parameters, result, (args) => unknown([name, ...args.flatMap(shown)].join(' '))),
        ]),
    );
  return {
    ...asked('IdentityServiceEnabled', '', 'bool'),
    ...asked('IdentityServiceClientID IdentityServiceClientSecret IdentityServiceName IdentityServicePort'),
    ...asked('IdentityServiceRoles', '', 'dict'),
    ...asked('KotsVersion KubernetesVersion KubernetesMajorVersion KubernetesMinorVersion PrivateCACert'),
    ...asked('HTTPSProxy HTTPProxy NoProxy'),
    ...asked('NodeCount', '', 'int'),
    ...asked('TLSCert', 'string string list list int'),
    ...asked('TLSKey', 'string ...any'),
    ...asked('TLSCACert', 'string int'),
    ...asked('TLSCertFromCA TLSKeyFromCA', 'string string string list list int'),
    // What is sealed is a secret, and no part of a name for it.
    KubeSeal: define('string string string string', 'string', () => unknown('KubeSeal')),
    ...asked('Lookup', 'string string string string', 'dict'),
    ...asked('RandomString', 'uint64 ...string'),
    ...asked('RandomBytes', 'uint64'),
    ...asked('Now'),
    ...asked('NowFmt', 'string'),
    Namespace: define('', 'string', () => namespace),
    IsKurl: define('', 'bool', () => false),
    KurlString: define('string', 'string', () => ''),
    KurlOption: define('string', 'string', () => ''),
    KurlInt: define('string', 'int', () => 0n),
    KurlBool: define('string', 'bool', () => false),
    KurlAll: define('', 'string', () => ''),
    Distribution: define('', 'string', () =>
      installer.startsWith('embedded-cluster') ? 'embedded-cluster' : unknown('Distribution'),
    ),
  };
}

/** An argument as a template has it; nothing for lists and what is not given. */
function shown(argument: Value): string[] {
  if (typeof argument === 'string') return [JSON.stringify(argument)];
  const number = integer(argument);
  return number === null ? [] : [String(number)];
}
