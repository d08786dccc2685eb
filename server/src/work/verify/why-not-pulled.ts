import type { PodContainer } from '../../io/cluster/pods.ts';
import type { ExpectedImage } from './model.ts';
import { pullFailureOf } from './pull-error.ts';

/**
 * Why a cluster could not pull an image: its own words, held against what is known of the registry and of the vendor
 * portal. One or two sentences, with what to do.
 * @param said what the kubelet said of the pod's pulls beside the container's own message
 */
export function whyNotPulled(
  container: PodContainer,
  expected: ExpectedImage,
  said: readonly string[],
): string {
  const { verdict, linked, written, proxied, local } = expected;
  // A back-off tells of no cause before Kubernetes 1.32; the event of the pull does.
  const own = said.filter((one) => one.includes(container.image) || missingSecrets.test(one));
  const words = [...own, container.message].join('\n');
  const failure = pullFailureOf(words);
  const secret = missingSecrets.exec(words)?.[1] ?? null;
  const quoted = quote(words);
  if (verdict?.status === 'absent') return `${written} does not exist: ${verdict.reason}${quoted}`;
  switch (failure) {
    case 'platform':
      return `${written} has no image for this node's platform. Build it for that platform too, or mirror all platforms with \`waybill mirror\`.${quoted}`;
    case 'throttled':
      return `The registry allows no more pulls at present. It is tried again by itself.${quoted}`;
    case 'unreachable':
      return `The node does not reach the registry. Its network, proxy or firewall must allow ${container.image.split('/', 1)[0]}.${quoted}`;
    case 'unauthorized':
    case 'not-found':
      if (proxied && linked === false)
        return `Its registry is not linked in the vendor portal, so Replicated's proxy cannot pull ${written}. Link it: \`waybill registry add\`.${quoted}`;
      if (secret !== null)
        return `The pull secret ${secret}, which its pod names, is not in the namespace. The app manager makes it when it deploys: deploy the version again.${quoted}`;
      if (local)
        return failure === 'unauthorized'
          ? `The local registry refused the login that the app manager was given for it, or its user may not read ${container.image}. Look at the registry's settings where the app is installed.${quoted}`
          : `The local registry does not have ${container.image}. Its images are copied there when a version is deployed or an air-gap bundle is uploaded: do that again.${quoted}`;
      if (proxied && linked === true && /\b403\b|forbidden/i.test(words))
        return `Replicated's proxy may not give ${written} to this customer, or the linked key may not read that repository. \`waybill registry test\` tells which; a licence is looked at in the vendor portal.${quoted}`;
      if (proxied && failure === 'unauthorized')
        return `Replicated's proxy refused the customer's licence: it may have expired, be archived, or be for another app. Look at the customer in the vendor portal.${quoted}`;
      if (proxied && verdict?.status === 'exists')
        return `${written} exists, but Replicated's proxy does not get it. The linked key may not read that repository: test it with \`waybill registry test\`.${quoted}`;
      return `${written} cannot be pulled: ${failure === 'unauthorized' ? 'its registry wants a login that the pod does not have' : 'its registry does not have it'}.${quoted}`;
    case 'unknown':
      return `${container.image} cannot be pulled (${container.waiting}).${quoted}`;
  }
}

const missingSecrets = /Unable to retrieve some image pull secrets \(([^)]*)\)/;

/** So much of the cluster's words is repeated; what it comes down to stands at their end. */
const MOST_QUOTED = 400;

/** The cluster's own words, the one that says most. */
function quote(words: string): string {
  const lines = words
    .split('\n')
    .filter((line) => line !== '' && !/^Back-off pulling image "[^"]*"$/.test(line));
  const last = lines.at(-1);
  if (last === undefined) return '';
  return ` The cluster says: ${last.length > MOST_QUOTED ? `…${last.slice(-MOST_QUOTED)}` : last}`;
}
