/** The smallest manifest that pulls these images, for the rules' examples. */
export const pod = (...images: readonly string[]): string =>
  `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
${images.map((image, i) => `    - name: ${i === 0 ? 'web' : `sidecar-${i}`}\n      image: ${image}\n`).join('')}`;

/** The smallest configuration that links this registry. */
export const linking = (endpoint: string): string => `registries:\n  - endpoint: ${endpoint}\n`;
