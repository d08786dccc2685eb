import { type AppCalls, appCalls } from './apps.ts';
import { createPortalCalls, type PortalOptions } from './calls.ts';
import { type ChannelCalls, channelCalls } from './channels.ts';
import { type CustomerCalls, customerCalls } from './customers.ts';
import { type HostnameCalls, hostnameCalls } from './hostnames.ts';
import { type RegistryCalls, registryCalls } from './registries.ts';
import { type ReleaseCalls, releaseCalls } from './releases.ts';

/** The calls of the vendor portal that Waybill makes. Each throws PortalError, or the signal's reason. */
export interface PortalClient
  extends AppCalls,
    ChannelCalls,
    ReleaseCalls,
    CustomerCalls,
    RegistryCalls,
    HostnameCalls {}

/**
 * A client of the vendor API, version 3. Paths and shapes: the replicated CLI (pkg/kotsclient) and its contracts with
 * the API (pacts/replicated-cli-vendor-api.json). Only what reads is ever sent twice.
 * @throws PortalError where the origin is no URL that a token may be sent to
 */
export function createPortalClient(options: PortalOptions): PortalClient {
  const calls = createPortalCalls(options);
  return {
    ...appCalls(calls),
    ...channelCalls(calls),
    ...releaseCalls(calls),
    ...customerCalls(calls),
    ...registryCalls(calls),
    ...hostnameCalls(calls),
  };
}
