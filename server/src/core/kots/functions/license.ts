import { unknown, type Value } from '../../gotemplate/value.ts';
import { isPlainList, isPlainMap, type Plain, parsePlain, plainAt, textAt } from '../../manifest/plain.ts';
import { define, type Functions, text } from '../../sprig/define.ts';
import { base64 } from '../layers/base64.ts';
import { dockerAuths } from '../layers/pull-access.ts';
import type { TemplateContext } from './context.ts';
import { decodedOrEmpty } from './texts.ts';

/** What asks about the licence (KOTS, pkg/template/license_context.go). */
export function licenseFunctions(context: TemplateContext): Functions {
  const { license, proxyDomain, registryDomain } = context;
  return {
    LicenseFieldValue: define('string', 'string', ([name]): Value => {
      const field = text(name);
      if (license === null) return unknown(`LicenseFieldValue ${JSON.stringify(field)}`);
      return license.get(field) ?? '';
    }),
    LicenseDockerCfg: define('', 'string', () => {
      if (license === null) return unknown('LicenseDockerCfg');
      const user = `LICENSE_ID:${license.get('licenseID') ?? ''}`;
      return base64(dockerAuths([proxyDomain, registryDomain], user));
    }),
  };
}

const textFields = [
  ...['appSlug', 'channelID', 'channelName', 'customerEmail', 'customerID', 'customerName'],
  ...['licenseID', 'licenseType', 'replicatedProxyDomain'],
] as const;

const truthFields = [
  ...['isEmbeddedClusterDownloadEnabled', 'isAirgapSupported', 'isEmbeddedClusterMultiNodeEnabled'],
  ...['isDisasterRecoverySupported', 'isGeoaxisSupported', 'isGitOpsSupported', 'isIdentityServiceSupported'],
  ...['isSemverRequired', 'isSnapshotSupported', 'isSupportBundleUploadSupported'],
] as const;

const DEFAULT_ENDPOINT = 'https://replicated.app';

/**
 * What templates get for each name, by the text of a License; null for a text that is none. A licence's own fields go
 * before entitlements of the same name, and have a value even where it does not say one.
 */
export function licenseFields(license: string): ReadonlyMap<string, string> | null {
  const parsed = parsePlain(license);
  const spec = parsed.ok ? plainAt(parsed.value, 'spec') : undefined;
  if (!isPlainMap(spec)) return null;
  const fields = entitlementsIn(spec);
  for (const name of textFields) fields.set(name, textAt(spec, name));
  for (const name of truthFields) fields.set(name, String(plainAt(spec, name) === true));
  fields.set('endpoint', textAt(spec, 'endpoint') || DEFAULT_ENDPOINT);
  fields.set('licenseSequence', String(plainAt(spec, 'licenseSequence') ?? 0));
  // The licence holds it in base64; templates get what it stands for.
  fields.set('signature', decodedOrEmpty(textAt(spec, 'signature')));
  // The two that have a second spelling.
  fields.set('licenseId', fields.get('licenseID') ?? '');
  fields.set('IsDisasterRecoverySupported', fields.get('isDisasterRecoverySupported') ?? 'false');
  return fields;
}

function entitlementsIn(spec: Plain): Map<string, string> {
  const entitlements = plainAt(spec, 'entitlements');
  const fields = new Map<string, string>();
  for (const [name, entitlement] of Object.entries(isPlainMap(entitlements) ? entitlements : {})) {
    const value = plainAt(entitlement, 'value');
    // One without a value is printed as Go prints nothing.
    if (value === undefined) fields.set(name, '<nil>');
    else fields.set(name, value === null || isPlainList(value) || isPlainMap(value) ? '' : String(value));
  }
  return fields;
}
