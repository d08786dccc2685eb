import type { Answer, Learnt, Question } from '../../core/knowledge/knowledge.ts';
import type { Asker } from '../../core/knowledge/ports.ts';
import type { Budget } from '../net/budget.ts';
import type { Transport } from '../net/http.ts';
import { redact, secretsOf } from '../net/redact.ts';
import { noRetries } from '../net/retry.ts';
import { closed } from '../net/router.ts';
import { unknown } from '../net/unchecked.ts';
import { portalOrigin } from './access.ts';
import { createPortalClient, type PortalClient } from './client.ts';

export interface PortalAskerOptions {
  /** REPLICATED_API_TOKEN and REPLICATED_API_ORIGIN. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the workspace is trusted. Where it is not, there is no connection. */
  readonly trusted: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gets lines without secrets. */
  readonly log: (line: string) => void;
  readonly budget: Budget;
  readonly transport: Transport;
  /** For one call: milliseconds. */
  readonly deadlineMs?: number;
}

type PortalQuestion = Question & { readonly kind: 'linked' | 'pulls' };

/** Whether a question is one that the vendor portal answers. */
export const isAboutPortal = (question: Question): question is PortalQuestion =>
  question.kind === 'linked' || question.kind === 'pulls';

/** Answers what the vendor portal knows: which registries are linked, and what Replicated got from them. */
export function createPortalAsker(options: PortalAskerOptions): Asker {
  const { env, trusted, now, budget, transport } = options;
  const given = secretsOf(env);
  const clean = (text: string): string => redact(text, given);
  return {
    async ask(questions, signal, onAnswers) {
      const give = (answer: Answer): void => {
        if (!signal.aborted) onAnswers([answer]);
      };
      const nobody = (reason: string): void => {
        for (const question of questions.filter(isAboutPortal)) give(unknown(question, reason, now()));
      };
      const token = env.REPLICATED_API_TOKEN;
      if (!trusted()) return nobody(closed.untrusted);
      if (!token)
        return nobody('REPLICATED_API_TOKEN is not set, so the vendor portal is not asked what is linked.');

      const learn = async <T>(
        question: PortalQuestion,
        work: (client: PortalClient) => Promise<T>,
      ): Promise<Learnt<T> | null> => {
        try {
          const { deadlineMs } = options;
          const limit = deadlineMs === undefined ? {} : { deadlineMs };
          const client = createPortalClient({
            origin: portalOrigin(env),
            token,
            transport,
            budget,
            // What the portal knows changes seldom, and is asked for again with the next check.
            retries: noRetries,
            ...limit,
          });
          return { value: await work(client), reason: '', checkedAt: now() };
        } catch (error) {
          if (signal.aborted) return null;
          const reason = clean(error instanceof Error ? error.message : String(error));
          options.log(`vendor portal: ${question.kind}: ${reason}`);
          return { value: null, reason, checkedAt: now() };
        }
      };
      await Promise.all(
        questions.map(async (question) => {
          if (question.kind === 'linked') {
            const found = await learn(question, (client) => linkedRegistries(client, signal));
            if (found !== null) give({ ...question, found });
          } else if (question.kind === 'pulls') {
            const found = await learn(question, (client) =>
              client.externalRegistryLogs(question.host, signal),
            );
            if (found !== null) give({ ...question, found });
          }
        }),
      );
    },
  };
}

/** The linked registries of the team, each with the slugs of the apps that it serves. */
export async function linkedRegistries(client: PortalClient, signal: AbortSignal) {
  const [registries, apps] = await Promise.all([
    client.listExternalRegistries(signal),
    client.listApps(signal),
  ]);
  const slugs = new Map(apps.map(({ id, slug }) => [id, slug]));
  return {
    registries: registries.map(({ appIds, username: _, ...registry }) => ({
      ...registry,
      // An app that this token may not see is still not the one at hand.
      apps: appIds === null ? null : appIds.map((id) => slugs.get(id) ?? id),
    })),
    apps: apps.map(({ slug }) => slug),
  };
}
