/** The ECR registry that the sandbox has. */
export const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

/** A `.waybill.yaml` that lists it. */
export const config = `app: acme
registries:
  - endpoint: ${ecr}
    rewrite: demo-apps/{name}
`;

/** A Pod whose containers have these images, each written as given, one container in three lines from line 7 on. */
export const pod = (...images: readonly string[]): string => `apiVersion: v1
kind: Pod
metadata:
  name: acme
spec:
  containers:
${images.map((image, i) => `    - name: c${i}\n      image: ${image}\n      tty: true\n`).join('')}`;
