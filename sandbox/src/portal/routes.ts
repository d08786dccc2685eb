import { createApp, deleteApp, listApps, listPlatformApps } from './apps.ts';
import type { Operation } from './call.ts';
import {
  airgapStatus,
  archiveChannel,
  buildAirgapBundle,
  createChannel,
  demote,
  getChannel,
  listChannelReleases,
  listChannels,
  patchChannel,
} from './channels.ts';
import {
  archiveCustomer,
  createCustomer,
  downloadLicense,
  getCustomer,
  listCustomers,
  searchCustomers,
} from './customers.ts';
import { listFeatures } from './features.ts';
import { listCustomHostnames, listDefaultHostnames } from './hostnames.ts';
import { promoteRelease } from './promote.ts';
import { addRegistry, listRegistries, listRegistryLogs, removeRegistry, testRegistry } from './registries.ts';
import {
  createRelease,
  getRelease,
  listReleases,
  reportCompatibility,
  testRelease,
  updateRelease,
} from './releases.ts';

/** What can be called: its name in the record of calls, its method and its path with `:names`. */
interface Route {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly run: Operation;
}

const route = (name: string, method: string, path: string, run: Operation): Route => ({
  name,
  method,
  pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`),
  run,
});

const app = '/v3/app/:app';
const channel = `${app}/channel/:channel`;
const release = `${app}/release/:sequence`;

const routes: readonly Route[] = [
  route('ListFeatures', 'GET', '/v1/user/features', listFeatures),
  route('ListPlatformApps', 'GET', '/v1/apps', listPlatformApps),
  route('ListApps', 'GET', '/v3/apps', listApps),
  route('CreateApp', 'POST', '/v3/app', createApp),
  route('DeleteApp', 'DELETE', app, deleteApp),
  route('ListChannels', 'GET', `${app}/channels`, listChannels),
  route('CreateChannel', 'POST', `${app}/channel`, createChannel),
  route('GetChannel', 'GET', channel, getChannel),
  route('PatchChannel', 'PATCH', channel, patchChannel),
  route('ArchiveChannel', 'DELETE', channel, archiveChannel),
  route('ListChannelReleases', 'GET', `${channel}/releases`, listChannelReleases),
  route('Demote', 'POST', `${channel}/release/:channelSequence/demote`, demote('demoted')),
  route('Undemote', 'POST', `${channel}/release/:channelSequence/undemote`, demote('back')),
  route('GetAirgapStatus', 'GET', `${channel}/release/:channelSequence/airgap/status`, airgapStatus),
  route('BuildAirgap', 'POST', `${channel}/release/:channelSequence/airgap/build`, buildAirgapBundle),
  route('CreateRelease', 'POST', `${app}/release`, createRelease),
  route('ListReleases', 'GET', `${app}/releases`, listReleases),
  route('GetRelease', 'GET', release, getRelease),
  route('UpdateRelease', 'PUT', release, updateRelease),
  route('TestRelease', 'POST', `${release}/test`, testRelease),
  route('ReportCompatibility', 'POST', `${release}/compatibility`, reportCompatibility),
  route('PromoteRelease', 'POST', `${release}/promote`, promoteRelease),
  route('CreateCustomer', 'POST', '/v3/customer', createCustomer),
  route('SearchCustomers', 'POST', '/v3/customers/search', searchCustomers),
  route('GetCustomer', 'GET', '/v3/customer/:customer', getCustomer),
  route('ArchiveCustomer', 'POST', '/v3/customer/:customer/archive', archiveCustomer(true)),
  route('UnarchiveCustomer', 'POST', '/v3/customer/:customer/unarchive', archiveCustomer(false)),
  route('ListCustomers', 'GET', `${app}/customers`, listCustomers),
  route('DownloadLicense', 'GET', `${app}/customer/:customer/license-download`, downloadLicense),
  route('ListCustomHostnames', 'GET', `${app}/custom-hostnames`, listCustomHostnames),
  route('ListDefaultHostnames', 'GET', `${app}/default-hostnames`, listDefaultHostnames),
  route('ListExternalRegistries', 'GET', '/v3/external_registries', listRegistries),
  route('ListExternalRegistryLogs', 'GET', '/v3/external_registry/logs', listRegistryLogs),
  route('TestExternalRegistry', 'PUT', '/v3/external_registry/test', testRegistry),
  route('AddExternalRegistry', 'POST', '/v3/external_registry', addRegistry),
  route('RemoveExternalRegistry', 'DELETE', '/v3/external_registry/:registry', removeRegistry),
];

export interface Match {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  readonly run: Operation;
}

/** The route of a request; null where the API has none. */
export function matchRoute(method: string, pathname: string): Match | null {
  for (const { name, method: own, pattern, run } of routes) {
    const match = own === method ? pattern.exec(pathname) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decode(value)]);
    return { name, params: Object.fromEntries(params), run };
  }
  return null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
