import type { CallRecord } from './calls.ts';
import { clusterOperation, serveCluster } from './cluster/router.ts';
import { serveControlPlane } from './control-plane/router.ts';
import { serveEcrRegistry } from './data-plane/ecr.ts';
import { type Route, routeOf } from './data-plane/route.ts';
import { serveToken, serveUpstream } from './data-plane/upstream.ts';
import { serveIam } from './iam/router.ts';
import type { PlaneHandler } from './listen.ts';
import { portalOperation, servePortal } from './portal/router.ts';
import { serveStorage } from './storage.ts';

/** Amazon ECR: the registry below /v2/, the control plane at /. */
export const ecrPlane: PlaneHandler = {
  plane: 'control',
  serve: async (world, exchange, identify) => {
    const { pathname } = exchange.url;
    if (pathname === '/v2' || pathname.startsWith('/v2/')) {
      const route = routeOf(exchange.method, pathname);
      identify({ plane: 'registry', ...factsOf(route) });
      await serveEcrRegistry(world, exchange, route, (region) => identify({ region }));
    } else if (exchange.method === 'POST' && pathname === '/') {
      await serveControlPlane(world, exchange, identify);
    } else {
      exchange.answer(404, { 'content-type': 'text/plain' }, 'Amazon ECR, of the sandbox: POST / or /v2/\n');
    }
  },
};

/** The public registry and the server of its tokens. */
export const upstreamPlane: PlaneHandler = {
  plane: 'upstream',
  serve: async (world, exchange, identify) => {
    const { pathname } = exchange.url;
    if (pathname === '/token' && exchange.method === 'GET') {
      identify({ operation: 'Token' });
      await serveToken(world, exchange);
      return;
    }
    const route = routeOf(exchange.method, pathname);
    identify(factsOf(route));
    await serveUpstream(world, exchange, route);
  },
};

/** The host that serves blobs to whoever has a signed URL. */
export const storagePlane: PlaneHandler = {
  plane: 'storage',
  serve: (world, exchange, identify) =>
    serveStorage(world, exchange, (repository) => identify({ operation: 'GetBlob', repository })),
};

/** Replicated's vendor portal. */
export const portalPlane: PlaneHandler = {
  plane: 'portal',
  serve: (world, exchange, identify) => {
    identify({ operation: portalOperation(exchange.method, exchange.url.pathname) });
    return servePortal(world, exchange);
  },
};

/** IAM and STS of the account. */
export const iamPlane: PlaneHandler = {
  plane: 'iam',
  serve: (world, exchange, identify) => serveIam(world, exchange, identify),
};

/** Kubernetes, and what installs into it. */
export const clusterPlane: PlaneHandler = {
  plane: 'cluster',
  serve: (world, exchange, identify) => {
    identify({ operation: clusterOperation(exchange.method, exchange.url.pathname) });
    return serveCluster(world, exchange);
  },
};

function factsOf({ operation, action, repository }: Route): Partial<CallRecord> {
  return { operation, action, repository };
}
