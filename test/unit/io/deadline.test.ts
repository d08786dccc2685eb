import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, test } from 'node:test';
import { DeadlineError, onAbort, withDeadline } from '../../../server/src/io/net/deadline.ts';

describe('listening to a signal', () => {
  test('everybody hears of it once, and whoever took that back does not', () => {
    const controller = new AbortController();
    const heard: string[] = [];
    const same = (): void => void heard.push('same');
    onAbort(controller.signal, same);
    const second = onAbort(controller.signal, same);
    onAbort(controller.signal, () => heard.push('last'));
    second();
    second();
    controller.abort();
    assert.deepEqual(heard, ['same', 'last']);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });

  test('hundreds cost the signal one listener, and leave none behind', () => {
    const { signal } = new AbortController();
    const stays = Array.from({ length: 300 }, () =>
      onAbort(signal, () => assert.fail('It was not aborted.')),
    );
    assert.equal(getEventListeners(signal, 'abort').length, 1);
    for (const stay of stays) stay();
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  test('whoever is heard may take others back', () => {
    const controller = new AbortController();
    let stay = (): void => {};
    onAbort(controller.signal, () => stay());
    stay = onAbort(controller.signal, () => assert.fail('It was taken back.'));
    controller.abort();
  });
});

describe('work with a deadline', () => {
  const never = (): Promise<never> => new Promise(() => {});

  test('ends when the time is up, with a signal that says why, although it takes no notice', async () => {
    const { signal } = new AbortController();
    let within: AbortSignal | null = null;
    const work = (given: AbortSignal): Promise<never> => {
      within = given;
      return never();
    };
    await assert.rejects(withDeadline(1, signal, work), DeadlineError);
    assert.ok((within as AbortSignal | null)?.reason instanceof DeadlineError);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  test('ends with the reason of whoever aborts it', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const working = withDeadline(60_000, controller.signal, never);
    controller.abort(reason);
    await assert.rejects(working, reason);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });

  test('what fails after it was given up is nobody’s error', async () => {
    const controller = new AbortController();
    let fail: (error: Error) => void = () => {};
    const work = (): Promise<never> => new Promise((_, reject) => (fail = reject));
    const working = withDeadline(60_000, controller.signal, work);
    controller.abort(new Error('enough'));
    await assert.rejects(working, /enough/);
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
