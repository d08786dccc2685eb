import { Session, type SessionSettings } from '../../server/src/core/session/session.ts';
import { answersOf, type SaidOfWorld } from './world.ts';

/** The account and region that the tests' registries are in. */
export const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

/** A configuration with that registry linked. */
export const linked = `app: acme
registries:
  - endpoint: ${ecr}
    rewrite: demo-apps/{name}
`;

/** A pod with one container per image. */
export const pod = (...images: readonly string[]): string =>
  `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
${images.map((image, i) => `    - name: c${i}\n      image: ${image}\n`).join('')}`;

/** A session with these files, `.waybill.yaml` being `linked` where none is given, and what is known of the world. */
export function sessionOf(
  files: Readonly<Record<string, string>>,
  world: SaidOfWorld = {},
  settings: SessionSettings = {},
): Session {
  const session = new Session(settings);
  for (const [path, text] of Object.entries({ '.waybill.yaml': linked, ...files }))
    session.setFile(path, text);
  session.learn(answersOf(world));
  return session;
}
