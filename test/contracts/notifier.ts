import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notifier } from '../../src/shared/ports/notifier.ts';
import { groupedDigest, hostileDigest, stormDigest } from '../support/sample-digest.ts';
import { hostileIncident, sampleIncident, sampleNotification } from '../support/sample-incident.ts';

/** What the suite needs of an implementation and of the receiver behind it. */
export interface NotifierWorld {
  readonly notifier: Notifier;
  /** What was taken, in order: the incident it tells of, and what a receiver knows a repeat by. */
  received(): readonly { readonly incidentId: string; readonly repeatId: string }[];
  /** The next message is refused for now: too many, or a fault of the receiver. */
  overload(): void;
  /** The next message is refused for good. */
  refuse(): void;
  /** From now on nothing is answered. */
  fallSilent(): void;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  /** What must never be seen in a detail. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

const never = new AbortController().signal;

/** Every promise of the port Notifier, against a real receiver. `openWorld` gives the notifier that time limit for a message. */
export function notifierContract(
  name: string,
  openWorld: (timeoutMs: number) => Promise<NotifierWorld>,
): void {
  describe(`the notifier of ${name}`, () => {
    let world: NotifierWorld;
    const open = async (timeoutMs: number): Promise<void> => {
      world = await openWorld(timeoutMs);
    };
    const close = async (): Promise<void> => {
      await world.notifier.close();
      await world.close();
    };
    // Far above what a busy machine needs for an answer.
    beforeEach(() => open(300_000));
    afterEach(close);

    const notify = (signal = never) => world.notifier.notify(sampleNotification(), signal);
    const expectNoSecret = (detail: string): void => {
      for (const secret of world.secrets) expect(detail).not.toContain(secret);
    };

    test('delivers one message that names the incident', async () => {
      expect(await notify()).toEqual({ kind: 'delivered' });
      expect(world.received().map(({ incidentId }) => incidentId)).toEqual([sampleIncident().id]);
    });

    test('a repeat of a notification can be known as one, and another notification cannot be taken for it', async () => {
      await notify();
      await notify();
      const resolved = sampleNotification(sampleIncident({ version: 2, status: 'resolved' }), 'resolved');
      await world.notifier.notify(resolved, never);
      const [first, second, third] = world.received().map(({ repeatId }) => repeatId);
      expect(second).toBe(first);
      expect(third).not.toBe(first);
    });

    test('delivers a digest, whose repeat can be known as one', async () => {
      const digest = groupedDigest();
      for (const one of [digest, digest, { ...stormDigest(), id: 'another' }])
        expect(await world.notifier.notify(one, never)).toEqual({ kind: 'delivered' });
      const [first, second, third] = world.received().map(({ repeatId }) => repeatId);
      expect(first).not.toBe('');
      expect(second).toBe(first);
      expect(third).not.toBe(first);
    });

    test('delivers whatever a digest holds, and never throws', async () => {
      await fc.assert(
        fc.asyncProperty(hostileDigest, async (digest) => {
          expect(await world.notifier.notify(digest, never)).toEqual({ kind: 'delivered' });
        }),
        { numRuns: 10 },
      );
    });

    test('what was refused for now may be tried again', async () => {
      world.overload();
      const delivery = await notify();
      expect(delivery.kind).toBe('retry');
      expectNoSecret(JSON.stringify(delivery));
      expect(await notify()).toEqual({ kind: 'delivered' });
      expect(world.received()).toHaveLength(1);
    });

    test('what was refused for good is rejected, with the reason', async () => {
      world.refuse();
      const delivery = await notify();
      expect(delivery).toMatchObject({ kind: 'rejected', detail: expect.stringMatching(/\S/) });
      expectNoSecret(JSON.stringify(delivery));
      expect(world.received()).toEqual([]);
    });

    test('a receiver that is away may be tried again, and takes the message once it is back', async () => {
      await world.goDown();
      const delivery = await notify();
      expect(delivery).toMatchObject({ kind: 'retry', reason: 'network' });
      expectNoSecret(JSON.stringify(delivery));
      await world.comeBack();
      expect(await notify()).toEqual({ kind: 'delivered' });
    });

    test('a receiver that went away between two messages takes the second once it is back', async () => {
      await notify();
      await world.goDown();
      await world.comeBack();
      expect((await eventually(notify)).kind).toBe('delivered');
      expect(world.received()).toHaveLength(2);
    });

    test('a receiver that never answers is waited for no longer than the time limit', async () => {
      await close();
      await open(300);
      world.fallSilent();
      expect(await notify()).toMatchObject({ kind: 'retry', reason: 'timeout' });
      expect(await world.notifier.notify(stormDigest(), never)).toMatchObject({
        kind: 'retry',
        reason: 'timeout',
      });
    });

    test('stops waiting at once when told to', async () => {
      world.fallSilent();
      const stop = new AbortController();
      const delivery = notify(stop.signal);
      setImmediate(() => stop.abort());
      expect(await delivery).toMatchObject({ kind: 'retry' });
      expect(await notify(AbortSignal.abort())).toMatchObject({ kind: 'retry' });
    });

    test('delivers whatever an incident holds, and never throws', async () => {
      await fc.assert(
        fc.asyncProperty(hostileIncident, async (incident) => {
          const delivery = await world.notifier.notify(sampleNotification(incident), never);
          expect(delivery).toEqual({ kind: 'delivered' });
        }),
        { numRuns: 20 },
      );
      expect(world.received()).toHaveLength(20);
      expect(new Set(world.received().map(({ incidentId }) => incidentId))).toEqual(
        new Set([sampleIncident().id]),
      );
    });

    test('can be closed twice', async () => {
      await notify();
      await world.notifier.close();
      await expect(world.notifier.close()).resolves.toBeUndefined();
    });
  });
}

/** A connection that broke while nobody used it may be noticed only by the next message. */
async function eventually(notify: () => ReturnType<Notifier['notify']>): ReturnType<Notifier['notify']> {
  const first = await notify();
  return first.kind === 'retry' ? notify() : first;
}
