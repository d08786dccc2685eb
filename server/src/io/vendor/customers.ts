import type { PortalCalls } from './calls.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf, timeOf } from './fields.ts';

/** A customer of an app, who installs it with a licence. */
export interface PortalCustomer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** `dev`, `trial`, `paid`, `community` or another. */
  readonly type: string;
  /** Milliseconds since the epoch; null where the licence does not expire. */
  readonly expiresAt: number | null;
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

export interface NewCustomer {
  readonly name: string;
  readonly appId: string;
  readonly channelId: string;
  readonly type: string;
  readonly email: string | null;
  /** ISO 8601; null for a licence that does not expire. */
  readonly expiresAt: string | null;
  readonly airgap: boolean;
  readonly kots: boolean;
  readonly embeddedCluster: boolean;
  /** False leaves it to the team's own default. */
  readonly helm: boolean;
}

export interface CustomerCalls {
  createCustomer(customer: NewCustomer, signal: AbortSignal): Promise<PortalCustomer>;
  listCustomers(appId: string, signal: AbortSignal): Promise<readonly PortalCustomer[]>;
  /** The licence as a file that the app manager takes: YAML, and a secret of the customer's. */
  downloadLicence(appId: string, customerId: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** More customers than are ever listed for one app. */
const mostPages = 200;

export const customerCalls = ({ json, bytes }: PortalCalls): CustomerCalls => ({
  async createCustomer(customer, signal) {
    const { name, appId, channelId, type, email, expiresAt, airgap, kots, embeddedCluster, helm } = customer;
    const body = {
      name,
      app_id: appId,
      channels: [{ channel_id: channelId, pinned_channel_sequence: null, is_default_for_customer: true }],
      custom_id: '',
      type,
      expires_at: expiresAt ?? '',
      is_airgap_enabled: airgap,
      is_gitops_supported: false,
      is_snapshot_supported: false,
      is_kots_install_enabled: kots,
      is_embedded_cluster_download_enabled: embeddedCluster,
      // Left out, the team's own default holds.
      ...(helm ? { is_helm_install_enabled: true } : {}),
      is_geoaxis_supported: false,
      is_helm_vm_download_enabled: false,
      is_identity_service_supported: false,
      is_installer_support_enabled: false,
      is_support_bundle_upload_enabled: false,
      is_dev_mode_enabled: false,
      ...(email === null ? {} : { email }),
      entitlementValues: [],
    };
    const answer = await json({ method: 'POST', path: 'customer', right: 'create customers', body }, signal);
    return customerOf(fieldsOf(answer.customer));
  },
  async listCustomers(appId, signal) {
    const found: PortalCustomer[] = [];
    for (let page = 0; page < mostPages; page++) {
      const path = `app/${encodeURIComponent(appId)}/customers?currentPage=${page}`;
      const answer = await json({ path, right: 'list customers' }, signal);
      const customers = listOf(answer.customers).map(customerOf);
      found.push(...customers);
      const total = numberOf(answer.totalCustomers);
      if (customers.length === 0 || (total !== null && found.length >= total)) break;
    }
    return found;
  },
  downloadLicence(appId, customerId, signal) {
    const path = `app/${encodeURIComponent(appId)}/customer/${encodeURIComponent(customerId)}/license-download`;
    return bytes({ path, right: 'download licences' }, signal);
  },
});

const customerOf = (fields: Fields): PortalCustomer => ({
  id: textOf(fields.id),
  name: textOf(fields.name),
  email: textOf(fields.email),
  type: textOf(fields.type),
  expiresAt: timeOf(fields.expiresAt ?? fields.expires_at),
  channels: listOf(fields.channels).map(({ id, name }) => ({ id: textOf(id), name: textOf(name) })),
});
