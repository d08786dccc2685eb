import { createHmac } from 'node:crypto';
import type { App, Channel, Customer } from './state.ts';

/**
 * A licence file, kots.io/v1beta1. The signature has the form of one and proves nothing: nobody but Replicated can sign
 * what the app manager believes.
 */
export function licenseYaml({
  app,
  customer,
  channel,
  endpoint,
}: {
  readonly app: App;
  readonly customer: Customer;
  readonly channel: Channel | null;
  readonly endpoint: string;
}): string {
  const is = (field: string): boolean => customer.allowed.includes(field);
  const signature = createHmac('sha256', 'sandbox').update(customer.licenseId).digest('base64');
  const entitlements = [
    { name: 'expires_at', title: 'Expiration', value: customer.expiresAt ?? '' },
    ...customer.entitlements.map(({ name, value }) => ({ name, title: name, value })),
  ];
  const lines = [
    'apiVersion: kots.io/v1beta1',
    'kind: License',
    'metadata:',
    `  name: ${quoted(customer.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, ''))}`,
    'spec:',
    `  appSlug: ${quoted(app.slug)}`,
    `  channelID: ${quoted(channel?.id ?? '')}`,
    `  channelName: ${quoted(channel?.name ?? '')}`,
    '  channels:',
    `    - channelID: ${quoted(channel?.id ?? '')}`,
    `      channelName: ${quoted(channel?.name ?? '')}`,
    `      channelSlug: ${quoted(channel?.slug ?? '')}`,
    `      endpoint: ${quoted(endpoint)}`,
    '      isDefault: true',
    '      replicatedProxyDomain: proxy.replicated.com',
    `  customerID: ${quoted(customer.id)}`,
    `  customerName: ${quoted(customer.name)}`,
    ...(customer.email === '' ? [] : [`  customerEmail: ${quoted(customer.email)}`]),
    `  endpoint: ${quoted(endpoint)}`,
    '  entitlements:',
    ...entitlements.flatMap(({ name, title, value }) => [
      `    ${quoted(name)}:`,
      `      title: ${quoted(title)}`,
      `      value: ${quoted(value)}`,
      '      valueType: String',
    ]),
    `  isAirgapSupported: ${is('is_airgap_enabled')}`,
    `  isGitOpsSupported: ${is('is_gitops_supported')}`,
    `  isSnapshotSupported: ${is('is_snapshot_supported')}`,
    `  isEmbeddedClusterDownloadEnabled: ${is('is_embedded_cluster_download_enabled')}`,
    `  licenseID: ${quoted(customer.licenseId)}`,
    '  licenseSequence: 1',
    `  licenseType: ${quoted(customer.type)}`,
    `  signature: ${signature}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A YAML scalar: JSON's strings are YAML's double-quoted ones. */
const quoted = (text: string): string => JSON.stringify(text);
