import { innermost, type ReadUse } from '../release/reading.ts';
import { pod } from './example-pod.ts';
import { repositoryFix } from './fixes.ts';
import type { DocumentRule, Finding } from './rule.ts';

export const doubleProxy: DocumentRule = {
  name: 'double-proxy',
  severity: 'error',
  stage: 'document',
  summary: 'The image would be pulled through the proxy twice.',
  explanation: `An image that already names the proxy must not be proxied again: a doubled path does not exist.
It happens where a proxied name is put behind another, and where a name with \`proxy.replicated.com\` is written into a
manifest although the release has a custom proxy domain: the app manager takes that for a private registry and puts
its own proxy in front.`,
  examples: [
    {
      before: pod('«proxy.replicated.com/proxy/acme/quay.io/acme/web:1.0»'),
      after: pod('quay.io/acme/web:1.0'),
      config: `app: acme
proxyDomain: images.acme.example
`,
    },
    {
      before: pod('«proxy.replicated.com/library/replicated-sdk-image:1.0.0»'),
      after: pod('images.acme.example/library/replicated-sdk-image:1.0.0'),
      config: `app: acme
proxyDomain: images.acme.example
`,
    },
  ],
  check: ({ uses, context }) =>
    uses.flatMap((read) => {
      const { peeled, registry, use } = read;
      if (peeled === null || registry === null) return [];
      const behind = peeled.inner !== null;
      const rewritten = use.place === 'container' || use.place === 'chart-v1beta1';
      const foreign = rewritten && registry.host !== context.proxyDomain.toLowerCase();
      if (!behind && !foreign) return [];
      if (peeled.upstream === null)
        return peeled.form === 'library' ? [imageOfTheProxy(read, registry.host, context.proxyDomain)] : [];
      const message = behind
        ? `Behind the proxy's path stands the proxy again (${peeled.upstream.domain}), and that path does not exist. Name the registry that the image really comes from.`
        : `The app manager would put ${context.proxyDomain} before ${registry.host}, and that path does not exist. Name the registry that the image really comes from.`;
      const upstream = innermost(peeled).upstream;
      // Only where the app manager rewrites the place may the bare name be written.
      const fixes =
        upstream === null || !rewritten
          ? []
          : repositoryFix(
              read,
              { host: upstream.domain, path: upstream.path },
              { preferred: true, bulk: false },
            );
      return [{ span: use.span, message, fixes }];
    }),
};

/** An image that the proxy itself serves is named by the release's own domain of the proxy. */
const imageOfTheProxy = (read: ReadUse, host: string, proxyDomain: string): Finding => ({
  span: read.use.span,
  message: `The app manager would put ${proxyDomain} before ${host}, and that path does not exist. Name it by ${proxyDomain}.`,
  fixes: repositoryFix(
    read,
    { host: proxyDomain, path: read.reference?.path ?? '' },
    { preferred: true, bulk: false },
  ),
});
