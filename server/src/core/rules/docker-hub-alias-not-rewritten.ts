import { pod } from './example-pod.ts';
import { repositoryFix } from './fixes.ts';
import type { DocumentRule } from './rule.ts';

export const dockerHubAlias: DocumentRule = {
  name: 'docker-hub-alias-not-rewritten',
  severity: 'warning',
  stage: 'document',
  summary: "Docker Hub's name index.docker.io is one that the app manager does not rewrite.",
  explanation: `The app manager writes the spellings of Docker Hub that it knows into the kustomization:
\`nginx\`, \`library/nginx\`, \`docker.io/nginx\` and so on. \`index.docker.io/…\` is not among them, so such an image stays
as it is written, and one that needs the proxy or a local registry is not pulled. Write \`docker.io/…\`.`,
  examples: [
    {
      before: pod('«index.docker.io/acme/web:1.0»'),
      after: pod('docker.io/acme/web:1.0'),
    },
  ],
  check: ({ uses }) =>
    uses.flatMap((read) => {
      const { reference, use, normal } = read;
      if (reference?.domain !== 'index.docker.io' || normal === null) return [];
      if (use.place !== 'container' && use.place !== 'chart-v1beta1') return [];
      return [
        {
          span: use.span,
          message:
            'The app manager does not rewrite the spelling index.docker.io, so this image stays as it is where it should be proxied. Write docker.io.',
          fixes: repositoryFix(
            read,
            { host: 'docker.io', path: reference.path },
            { preferred: true, bulk: true, sameImage: true },
          ),
        },
      ];
    }),
};
