import { appOf, type Operation } from './call.ts';
import type { CustomHostname } from './state.ts';

/** `GET /v3/app/:app/custom-hostnames`. */
export const listCustomHostnames: Operation = (call) => {
  const app = appOf(call);
  const of = (service: CustomHostname['service']): object[] =>
    call.portal.hostnames
      .filter((each) => each.appId === app.id && each.service === service)
      .map(({ hostname, isDefault }) => ({
        app_id: app.id,
        team_id: 'sandbox-team',
        is_default: isDefault,
        hostname,
        origin_server: defaults[service],
        domain_verification_status: 'active',
        tls_verification_status: 'active',
        verification_errors: [],
        failure_count: 0,
        failure_reason: '',
      }));
  return {
    status: 200,
    body: {
      registry: of('registry'),
      proxy: of('proxy'),
      downloadPortal: of('downloadPortal'),
      replicatedApp: of('replicatedApp'),
    },
  };
};

/** `GET /v3/app/:app/default-hostnames`: where Replicated's own services are. */
export const listDefaultHostnames: Operation = (call) => {
  appOf(call);
  return { status: 200, body: defaults };
};

const defaults = {
  registry: 'registry.replicated.com',
  proxy: 'proxy.replicated.com',
  downloadPortal: 'get.replicated.com',
  replicatedApp: 'replicated.app',
};
