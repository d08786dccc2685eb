import { sizedInt, unknown, type Value } from '../../gotemplate/value.ts';
import { type Plain, plainAt, textAt } from '../../manifest/plain.ts';
import { define, type Functions } from '../../sprig/define.ts';
import type { TemplateContext, VersionInfo } from './context.ts';

/**
 * What asks about the version that is installed (KOTS, pkg/template/version_context.go). The domains are those that
 * count in this release: what Replicated's service sends of them to an installation is not known before.
 */
export function versionFunctions({
  version,
  airgap,
  registryDomain,
  proxyDomain,
}: TemplateContext): Functions {
  const told = (name: string, result: string, tell: () => Value) =>
    define('', result, () => tell() ?? unknown(name));
  return {
    Sequence: told('Sequence', 'int64', () =>
      version.sequence === null ? null : sizedInt('int64', version.sequence),
    ),
    Cursor: told('Cursor', 'string', () => version.cursor),
    ChannelName: told('ChannelName', 'string', () => version.channelName),
    VersionLabel: told('VersionLabel', 'string', () => version.versionLabel),
    ReleaseNotes: told('ReleaseNotes', 'string', () => version.releaseNotes),
    IsRequired: told('IsRequired', 'bool', () => version.isRequired),
    IsAirgap: told('IsAirgap', 'bool', () => airgap),
    ReplicatedRegistryDomain: told('ReplicatedRegistryDomain', 'string', () => registryDomain),
    ReplicatedProxyDomain: told('ReplicatedProxyDomain', 'string', () => proxyDomain),
  };
}

/** What an Installation says of its version (VersionInfoFromInstallationSpec, in the same file). */
export function versionOf(installation: Plain): VersionInfo {
  const spec = plainAt(installation, 'spec');
  return {
    sequence: null,
    cursor: textAt(spec, 'updateCursor') || null,
    channelName: textAt(spec, 'channelName') || null,
    versionLabel: textAt(spec, 'versionLabel') || null,
    isRequired: plainAt(spec, 'isRequired') === true ? true : null,
    releaseNotes: textAt(spec, 'releaseNotes') || null,
  };
}
