import { test } from 'node:test';

/** One thing that a target must do. `T` is what the case needs of a target. */
export interface Case<T> {
  readonly name: string;
  run(target: T): Promise<void>;
}

/** A case that a target is known not to keep to, and why. Shown as a skip with the reason. */
export interface Deviation {
  readonly case: string;
  readonly reason: string;
}

/** Runs every case against one target, each under its name. A deviation that names no case is an error. */
export function runSuite<T>(
  title: string,
  cases: readonly Case<T>[],
  deviations: readonly Deviation[],
  start: () => Promise<{ readonly target: T; close(): Promise<void> }>,
): void {
  test(title, async (context) => {
    for (const deviation of deviations) {
      if (!cases.some((each) => each.name === deviation.case))
        throw new Error(`There is no case "${deviation.case}".`);
    }
    const { target, close } = await start();
    try {
      for (const each of cases) {
        const deviation = deviations.find(({ case: name }) => name === each.name);
        await context.test(each.name, deviation === undefined ? {} : { skip: deviation.reason }, () =>
          each.run(target),
        );
      }
    } finally {
      await close();
    }
  });
}
