import {
  appOf,
  type Body,
  badRequest,
  customerOf,
  newId,
  notFound,
  type Operation,
  objectsIn,
  pageOf,
  textOf,
} from './call.ts';
import { describeChannel } from './channels.ts';
import { licenseYaml } from './license.ts';
import type { Customer, PortalState } from './state.ts';

/** Fields that the API spells otherwise in its answers than in its requests. */
const answered: Readonly<Record<string, string>> = {
  airgap: 'is_airgap_enabled',
  isDevModeEnabled: 'is_dev_mode_enabled',
  isEmbeddedClusterDownloadEnabled: 'is_embedded_cluster_download_enabled',
  isGeoaxisSupported: 'is_geoaxis_supported',
  isGitopsSupported: 'is_gitops_supported',
  isHelmInstallEnabled: 'is_helm_install_enabled',
  isHelmVmDownloadEnabled: 'is_helm_vm_download_enabled',
  isIdentityServiceSupported: 'is_identity_service_supported',
  isInstallerSupportEnabled: 'is_installer_support_enabled',
  isKotsInstallEnabled: 'is_kots_install_enabled',
  isKurlInstallEnabled: 'is_kurl_install_enabled',
  isSnapshotSupported: 'is_snapshot_supported',
  isSupportBundleUploadEnabled: 'is_support_bundle_upload_enabled',
};

/** `POST /v3/customer`: channels as `channels[].channel_id`, or one as `channel_id`, as older clients send it. */
export const createCustomer: Operation = ({ portal, body, now }) => {
  const app = portal.apps.find(({ id }) => id === body.app_id);
  if (app === undefined) throw badRequest('app_id is required and must be the id of an app');
  const name = textOf(body.name).trim();
  if (name === '') throw badRequest('name is required');
  const listed = objectsIn(body.channels);
  const wanted: readonly Body[] = listed.length > 0 ? listed : [{ channel_id: body.channel_id }];
  const channels = wanted
    .filter(({ channel_id }) => textOf(channel_id) !== '')
    .map((each) => {
      const found = portal.channels.find(({ id, appId }) => id === each.channel_id && appId === app.id);
      if (found === undefined) throw badRequest(`channel ${textOf(each.channel_id)} does not exist`);
      if (found.isArchived) throw badRequest(`channel ${found.name} is archived`);
      const pinned = each.pinned_channel_sequence;
      return { id: found.id, pinned: typeof pinned === 'number' ? pinned : null };
    });
  const first = portal.channels.find(({ appId, isDefault }) => appId === app.id && isDefault);
  const expires = textOf(body.expires_at);
  if (expires !== '' && Number.isNaN(Date.parse(expires)))
    throw badRequest(`expires_at is no time: ${expires}`);
  const customId = textOf(body.custom_id);
  if (customId !== '' && portal.customers.some((each) => each.appId === app.id && each.customId === customId))
    throw badRequest(`a customer with the custom id ${customId} already exists`);
  const customer: Customer = {
    id: newId(),
    appId: app.id,
    customId,
    name,
    email: textOf(body.email),
    type: textOf(body.type) || 'dev',
    expiresAt: expires === '' ? null : new Date(expires).toISOString(),
    channels: channels.length > 0 || first === undefined ? channels : [{ id: first.id, pinned: null }],
    licenseId: newId(),
    allowed: Object.values(answered).filter((field) => body[field] === true),
    entitlements: entitlementsIn(body.entitlementValues),
    created: now,
    isArchived: false,
  };
  portal.customers.push(customer);
  return { status: 201, body: { customer: describe(portal, customer) } };
};

export const getCustomer: Operation = (call) => ({
  status: 200,
  body: { customer: describe(call.portal, customerOf(call)) },
});

/** `GET /v3/app/:app/customers`: those who are not archived, the oldest first. */
export const listCustomers: Operation = (call) => {
  const app = appOf(call);
  const all = call.portal.customers.filter((each) => each.appId === app.id && !each.isArchived);
  return {
    status: 200,
    body: {
      customers: pageOf(all, call.query).map((each) => describe(call.portal, each)),
      totalCustomers: all.length,
    },
  };
};

/** `POST /v3/customers/search {app_id, query: "name:…", offset, page_size}`: by a part of the name, as it is fuzzy. */
export const searchCustomers: Operation = ({ portal, body }) => {
  const words = textOf(body.query)
    .replace(/^name:/, '')
    .toLowerCase();
  const found = portal.customers.filter(
    (each) =>
      each.appId === body.app_id &&
      (body.include_archived === true || !each.isArchived) &&
      each.name.toLowerCase().includes(words),
  );
  const from = Number(body.offset) || 0;
  const customers = found.slice(from, from + (Number(body.page_size) || 20));
  return {
    status: 200,
    body: { customers: customers.map((each) => describe(portal, each)), total_hits: found.length },
  };
};

/** `POST /v3/customer/:customer/archive` and `unarchive`: an archived customer's licence pulls nothing. */
export const archiveCustomer =
  (isArchived: boolean): Operation =>
  (call) => {
    customerOf(call).isArchived = isArchived;
    return { status: 204 };
  };

/** `GET /v3/app/:app/customer/:customer/license-download`: the licence file. */
export const downloadLicense: Operation = (call) => {
  const app = appOf(call);
  const customer = customerOf(call);
  if (customer.appId !== app.id) throw notFound('Customer');
  const channel = call.portal.channels.find(({ id }) => id === customer.channels[0]?.id);
  return {
    status: 200,
    body: licenseYaml({ app, customer, channel: channel ?? null, endpoint: call.world.urls.portal }),
  };
};

const entitlementsIn = (value: unknown): { name: string; value: string }[] =>
  objectsIn(value).map((each) => ({ name: textOf(each.name), value: textOf(each.value) }));

function describe(portal: PortalState, customer: Customer): object {
  const { id, appId, customId, name, email, type, expiresAt, licenseId, allowed, created } = customer;
  const flags = Object.entries(answered).map(([field, asked]) => [field, allowed.includes(asked)]);
  const channels = customer.channels.flatMap((each) =>
    portal.channels.filter((channel) => channel.id === each.id),
  );
  return {
    ...Object.fromEntries(flags),
    id,
    appId,
    customId,
    name,
    email,
    type,
    expiresAt,
    installationId: licenseId,
    channels: channels.map((each) => describeChannel(portal, each)),
    entitlements: customer.entitlements,
    instances: [],
    isArchived: customer.isArchived,
    isEmbeddedClusterMultinodeDisabled: false,
    createdAt: created,
  };
}
