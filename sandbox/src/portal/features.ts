import type { Operation } from './call.ts';

/** `GET /v1/user/features`: what the CLI's lint asks before it decides how to lint. None is on. */
export const listFeatures: Operation = () => ({ status: 200, body: { features: [], futureFeatures: [] } });
