import type { DocumentRule } from './rule.ts';

export const containerWithoutImage: DocumentRule = {
  name: 'container-without-image',
  severity: 'error',
  stage: 'document',
  summary: 'A container names no image.',
  explanation: `The app manager reads the image of every container of a pod template. One without an image makes it
refuse the whole version, before anything is deployed. Name the image, or remove the container.`,
  examples: [
    {
      before: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: «web»
          ports: []
`,
    },
  ],
  check: ({ document, facts }) => {
    // Where the YAML is broken, the image may be in what could not be read.
    if (document.problems.length > 0) return [];
    return facts.imageless.map(({ name, span }) => ({
      span,
      message: `${name === null ? 'This container' : `Container "${name}"`} names no image. The app manager refuses a version with such a container.`,
    }));
  },
};
